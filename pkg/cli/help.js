// What --help shows, made from what the commands say of themselves.
import { COMMON, misuse, unknown } from './flags.js';

export async function help(commands, name) {
  if (name === undefined) {
    const rows = await Promise.all(Object.entries(commands).map(async ([each, load]) => [each, (await load()).command.summary]));
    return `Usage: ably-edge-auth COMMAND [FLAGS]\n\nCommands:\n${columns(rows)}\n\nably-edge-auth COMMAND --help tells more; --version prints the version.`;
  }
  const { summary, flags, notes, examples } = (await commands[name]()).command;
  const rows = Object.entries({ ...flags, ...COMMON }).map(([flag, { value, short, text }]) => [`${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`, text]);
  return `${summary}\n\nUsage: ably-edge-auth ${name} [FLAGS]\n\nFlags:\n${columns(rows)}\n\n${notes}\n\n${examples.map(([what, line]) => `${what}:\n  ably-edge-auth ${line}`).join('\n')}`;
}

function columns(rows) {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, text]) => `  ${first.padEnd(width)}  ${text}`).join('\n');
}

export async function unknownCommand(name, known) {
  const { hint } = await unknown(name, known);
  return misuse(`there is no command ${JSON.stringify(name)}; ${hint.startsWith('did you') ? hint : `the commands are ${known.join(', ')}`}`);
}
