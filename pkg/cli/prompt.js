// A question that is to be answered with yes before something is done that cannot be undone.
import { encodingOf } from './decode.js';
import { Failure, Interrupted, misuse } from './failure.js';

/**
 * Needs `--force` with JSON, where nobody could answer. Says what it is about, asks, and gives the answer:
 * y or yes, in any case.
 * @param about what is to be done, for the error: `revocation`
 */
export async function confirm({ values, output, input, signal }, { about, lines, question, cancelled }) {
  if (values.force) return true;
  needsForce({ values, output }, about);
  output.note('');
  for (const line of lines) output.note(line);
  output.note('');
  const stdin = input.stream;
  if (stdin === undefined)
    throw misuse(`stdin was read already, so nobody can be asked`, 'Give --force to go on without being asked.');
  // On stderr: stdout has the result only, and may lead into a pipe.
  output.ask(`${question} [y/n] `);
  const answer = await line(stdin, signal);
  if (answer === undefined) {
    output.note('');
    throw new Failure('There was no answer: stdin has ended', { hint: 'Give --force to go on without being asked.' });
  }
  if (/^y(es)?$/i.test(answer.trim())) return true;
  output.warn(cancelled);
  return false;
}

/** Before anything else is looked at, as in the Ably CLI. */
export function needsForce({ values, output }, about) {
  if (values.force || output.json === undefined) return;
  throw new Failure(`The --force flag is required when using --json to confirm ${about}`);
}

/** The next line; undefined when the stream ends before. */
function line(stream, signal) {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    let text = '';
    const end = (settle, value) => {
      stream.off('data', data);
      stream.off('end', ended);
      stream.off('error', failed);
      signal?.removeEventListener('abort', aborted);
      stream.pause();
      stream.unref?.();
      settle(value);
    };
    const data = (chunk) => {
      bytes = Buffer.concat([bytes, Buffer.from(chunk)]);
      text = new TextDecoder(encodingOf(bytes)).decode(bytes);
      const at = text.indexOf('\n');
      if (at !== -1) end(resolve, text.slice(0, at));
    };
    const ended = () => end(resolve, text === '' ? undefined : text);
    const failed = (error) => end(reject, new Failure(`stdin cannot be read: ${error.code ?? error.message}`));
    const aborted = () => end(reject, new Interrupted());
    if (signal?.aborted) return reject(new Interrupted());
    stream.on('data', data).on('end', ended).on('error', failed);
    signal?.addEventListener('abort', aborted);
  });
}
