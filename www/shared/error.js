// An AblyAuthError, as people read it.
import { el, sentence } from './dom.js';

export function describeError(error) {
  const { hint, code, href, kind, statusCode, path } = error;
  // In a log the message has to hold its hint; here the hint has a line of its own.
  const ending = `; ${hint}`;
  const message = error.message.endsWith(ending) ? error.message.slice(0, -ending.length) : error.message;
  const lines = [el('p', {}, ...sentence({ message, path }))];
  if (hint !== undefined) lines.push(el('p', { class: 'hint' }, hint));
  const facts = [`kind: ${kind}`];
  if (statusCode !== undefined) facts.push(`HTTP status ${statusCode}`);
  const last = el('p', { class: 'note' }, facts.join(' · '));
  if (code !== undefined) {
    const link = el('a', { href, rel: 'noopener noreferrer', target: '_blank' }, `Ably error ${code}`);
    last.prepend(link, ' · ');
  }
  lines.push(last);
  return lines;
}
