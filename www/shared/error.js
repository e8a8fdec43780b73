// Formats an AblyAuthError for display.
import { el, sentence } from './dom.js';

/** The message and the remediation in one line. */
export const told = ({ message, remediation }) => [message, remediation].filter(Boolean).join('; ');

export function describeError(error) {
  const { message, remediation, code, href, kind, statusCode, path } = error;
  const lines = [el('p', {}, ...sentence({ message, path }))];
  if (remediation !== undefined) lines.push(el('p', { class: 'remediation' }, remediation));
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
