// Asks for confirmation before an action that cannot be undone.
import { encodingOf } from './decode.js';
import { Failure, Interrupted, misuse } from './failure.js';

/**
 * Prints `lines`, asks the question and returns whether the answer is y or yes, in any case. JSON output requires
 * `--force` instead, because a program cannot answer.
 * @param about the action as the error names it: `revocation`
 */
export async function confirm({ values, output, input, signal }, { about, lines, question, cancelled }) {
  if (values.force) return true;
  needsForce({ values, output }, about);
  output.note('');
  for (const line of lines) output.note(line);
  output.note('');
  const stdin = input.stream;
  if (stdin === undefined)
    throw misuse(
      `Cannot ask for confirmation: stdin has already been read`,
      'Use --force to continue without confirmation.',
    );
  // Asked on stderr, because stdout is for the result and may be a pipe.
  output.ask(`${question} [y/n] `);
  const answer = await line(stdin, signal);
  if (answer === undefined) {
    output.note('');
    throw new Failure('Cannot ask for confirmation: stdin has ended', {
      hint: 'Use --force to continue without confirmation.',
    });
  }
  if (/^y(es)?$/i.test(answer.trim())) return true;
  output.warn(cancelled);
  return false;
}

/** Checked before anything else, as in the Ably CLI. */
export function needsForce({ values, output }, about) {
  if (values.force || output.json === undefined) return;
  throw new Failure(`The --force flag is required when using --json to confirm ${about}`);
}

/** Reads the next line; undefined if the stream ends without one. */
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
    const failed = (error) => end(reject, new Failure(`Cannot read stdin: ${error.code ?? error.message}`));
    const aborted = () => end(reject, new Interrupted());
    if (signal?.aborted) return reject(new Interrupted());
    stream.on('data', data).on('end', ended).on('error', failed);
    signal?.addEventListener('abort', aborted);
  });
}
