// Ably's own realtime client against the sandbox over a port, in both of its formats. The same cases run in every runtime.
import { runSubjects } from '../js/harness.mjs';
import { access } from './access.mjs';
import { annotations } from './annotations.mjs';
import { channels } from './channels.mjs';
import { connecting } from './connecting.mjs';
import { tokens } from './tokens.mjs';

const SUBJECTS = { connecting, channels, annotations, tokens, access };
const FORMATS = { JSON: { useBinaryProtocol: false }, MessagePack: { useBinaryProtocol: true } };

/** @param {{ Ably: object, library: object, origin: string }} shell see world.mjs */
export function runCases(shell) {
  const subjects = {};
  for (const [format, options] of Object.entries(FORMATS))
    for (const [name, register] of Object.entries(SUBJECTS))
      subjects[`${name}, ${format}`] = ({ test }) => register({ test, ...shell, options });
  return runSubjects(subjects, {});
}
