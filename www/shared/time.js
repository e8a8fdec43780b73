// Formats times for display.
import { el } from './dom.js';

/** A duration in at most two units, such as 59 min 3 s. */
export function span(seconds) {
  const parts = [
    [Math.floor(seconds / 86400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const two = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return two.map(([count, unit]) => `${count} ${unit}`).join(' ') || '0 s';
}

export function remaining(expires, now = Date.now()) {
  const seconds = Math.ceil((expires - now) / 1000);
  return seconds <= 0 ? 'expired' : `in ${span(seconds)}`;
}

export function moment(ms) {
  // A pasted token may contain a time that a Date cannot hold.
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return el('span', {}, String(ms));
  const date = new Date(ms);
  return el(
    'time',
    { datetime: date.toISOString(), title: date.toISOString() },
    date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
  );
}

export const clock = (ms) => new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'medium' });
