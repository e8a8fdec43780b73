// Lists the access tokens. A value is shown only once, when it is created or rotated.
import { expiryDays, expirySelect } from './form.js';
import { copyText } from '../issue/copy.js';
import { button, el, say, show } from '../shared/dom.js';
import { dashboard, describeDashboard } from './dashboard.js';
import { network } from '../shared/environment.js';
import { moment } from '../shared/time.js';

export function startAccessList(part, { use }) {
  const once = el('div', { id: 'access-once', class: 'once', hidden: true });
  const said = el('p', { class: 'unseen', role: 'status', id: 'access-said' });
  const list = el('ul', { class: 'access-list', id: 'access-list', role: 'list' });
  show(part, el('h2', { id: 'access-list-title' }, 'Your access tokens'), said, once, list);

  async function load() {
    const { sandbox } = await network();
    const { status, body } = await dashboard('GET', '');
    if (status !== 200) return;
    show(
      list,
      ...JSON.parse(body).map((token) => item(token, token.id === 'sandbox' ? sandbox.accessToken : undefined)),
    );
  }

  /** @param {{ id: string, name: string, value: string }} token */
  function created(token, word = 'created') {
    const value = el(
      'pre',
      { class: 'mono', tabindex: '0', role: 'region', 'aria-label': 'Value of the access token', id: 'access-value' },
      token.value,
    );
    const copied = el('span', { class: 'said', role: 'status' });
    show(
      once,
      el('p', {}, el('strong', {}, token.name), ` was ${word}. Its value is shown only this time.`),
      value,
      el(
        'div',
        { class: 'buttons' },
        button('Copy', () => copyText(token.value, value, copied), { id: 'access-copy' }),
        button('Try it', () => use(token.value, token.name), { id: 'access-try' }),
        button('Done', () => forget(), { class: 'quiet' }),
        copied,
      ),
    );
    say(said, `${token.name} was ${word}.`);
    return load();
  }

  function forget() {
    show(once);
  }

  function item(token, value) {
    const expiry = expirySelect(`expiry-${token.id}`, `New expiry of ${token.name}`);
    const more = el('div', { class: 'confirm-line', hidden: true });
    const ask = (question, ...things) =>
      show(
        more,
        el('span', {}, question),
        ...things,
        button('Cancel', () => show(more), { class: 'quiet' }),
      );
    const rotate = button(
      'Rotate',
      () =>
        ask(
          'The old value stops working immediately.',
          expiry,
          button('Confirm', async () => {
            const answer = await dashboard('POST', `/${token.id}/rotate`, { expiryDays: expiryDays(expiry) });
            if (answer.status === 200) await created(JSON.parse(answer.body), 'rotated');
            else show(more, ...describeDashboard(answer));
          }),
        ),
      { class: 'quiet', 'aria-label': `Rotate ${token.name}` },
    );
    const revoke = button(
      'Revoke',
      () =>
        ask(
          'The token stops working immediately and permanently. Are you sure?',
          button(
            'Revoke token',
            async () => {
              const answer = await dashboard('DELETE', `/${token.id}`);
              if (answer.status !== 204) return show(more, ...describeDashboard(answer));
              say(said, `${token.name} was revoked.`);
              forget();
              await load();
            },
            { class: 'danger' },
          ),
        ),
      { class: 'quiet', 'aria-label': `Revoke ${token.name}` },
    );
    return el(
      'li',
      {},
      el(
        'div',
        { class: 'head' },
        el('strong', {}, token.name),
        el(
          'div',
          { class: 'buttons' },
          ...(value === undefined
            ? []
            : [
                button('Try it', () => use(value, token.name), {
                  class: 'quiet',
                  'aria-label': `Try it: ${token.name}`,
                }),
              ]),
          rotate,
          revoke,
        ),
      ),
      el(
        'p',
        { class: 'note' },
        el('code', {}, token.id),
        ' · ',
        ...(token.expires_at ? ['expires ', moment(Date.parse(token.expires_at))] : ['never expires']),
        ...(token.last_used_at ? [' · last used ', moment(Date.parse(token.last_used_at))] : [' · never used']),
      ),
      el(
        'p',
        { class: 'note' },
        token.capabilities.length === 11 ? 'all 11 capabilities' : token.capabilities.join(', '),
      ),
      more,
    );
  }

  return { load, created, forget };
}
