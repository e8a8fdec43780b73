// The token and the answer in two lines at the bottom of a narrow screen. Each leads to its part of the page.
import { byId, say } from '../shared/dom.js';
import { MARKS } from '../editor/permission-matrix-data.js';
import { remaining } from '../shared/time.js';

export function startGlance() {
  for (const [line, target] of [
    ['glance-token', 'token-title'],
    ['glance-answer', 'matrix-title'],
  ])
    byId(line).addEventListener('click', () => byId(target).scrollIntoView({ block: 'start' }));
}

/** @param {{ issued: { clientId?: string, expires: number } } | undefined} current the shown token */
export function showGlance(current) {
  const isStale = !byId('stale').hidden;
  const [state, words] =
    current === undefined
      ? ['no', byId('issue-error').hidden ? 'No token yet' : 'No token: see why']
      : isStale
        ? ['client', 'The token is outdated: issue it again']
        : ['yes', `${current.issued.clientId ?? 'No client id'}, ends ${remaining(current.issued.expires)}`];
  tell('glance-token', state, words);
  const answer = byId('answer').querySelector('p');
  if (byId('answer').hidden || !answer) return tell('glance-answer', 'no', 'No answer');
  const [verdict, ...message] = answer.childNodes;
  const answered = verdict.classList[1];
  tell('glance-answer', answered, MARKS[answered] + message.map((it) => it.textContent).join(''));
}

function tell(id, state, words) {
  byId(id).dataset.state = state;
  say(byId(id), words);
}
