// Writes the results of a test run as text, as annotations of GitHub, as JUnit XML, or as SARIF.
import { version } from '../version.js';

const RULES = {
  grant: 'A grant can be issued',
  allow: 'A grant allows what it has to allow',
  deny: 'A grant denies what it has to deny',
  length: 'A token is not longer than it may be',
};

/** By name: `(results, { file, paint })` gives lines. `file` is relative to the repository. */
export const FORMATS = { pretty, github, junit, sarif };

function pretty(results, { paint }) {
  const lines = [];
  let last;
  for (const { grant, name, passed, message } of results) {
    if (grant !== last) lines.push(grant);
    last = grant;
    lines.push(`  ${passed ? paint('green', '✓') : paint('red', '✗')} ${name}`);
    if (!passed) lines.push(`      ${message}`);
  }
  return [...lines, summary(results)];
}

function summary(results) {
  const failed = results.filter(({ passed }) => !passed).length;
  return `${results.length - failed} passed, ${failed} failed`;
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function github(results, { file }) {
  const value = (text) => String(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (text) => value(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
  const errors = results
    .filter(({ passed }) => !passed)
    .map(
      ({ grant, name, message, line, column }) =>
        `::error file=${property(file)},line=${line},col=${column},title=${property(`${grant}: ${name}`)}::${value(message)}`,
    );
  return [...errors, summary(results)];
}

function junit(results, { file }) {
  const failed = (list) => list.filter(({ passed }) => !passed).length;
  const suites = [...new Set(results.map(({ grant }) => grant))].map((grant) => {
    const own = results.filter((result) => result.grant === grant);
    return [
      `  <testsuite name="${xml(grant)}" tests="${own.length}" failures="${failed(own)}">`,
      ...own.flatMap(({ name, passed, message, line }) => {
        const start = `    <testcase classname="${xml(grant)}" name="${xml(name)}" file="${xml(file)}" line="${line}"`;
        return passed
          ? [`${start}/>`]
          : [`${start}>`, `      <failure message="${xml(message)}">${xml(message)}</failure>`, '    </testcase>'];
      }),
      '  </testsuite>',
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="capabilities" tests="${results.length}" failures="${failed(results)}">`,
    ...suites.flat(),
    '</testsuites>',
  ];
}

/** XML has no way to write most control characters. */
function xml(text) {
  const written = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return (
    String(text)
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[\n\r\t]/g, ' ')
      .replace(/[&<>"]/g, (found) => written[found])
  );
}

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarif(results, { file, page }) {
  const driver = {
    name: 'ably-edge-auth',
    version,
    informationUri: page,
    rules: Object.entries(RULES).map(([id, text]) => ({ id: `capability-${id}`, shortDescription: { text } })),
  };
  const found = results
    .filter(({ passed }) => !passed)
    .map(({ grant, kind, name, message, line, column }) => ({
      ruleId: `capability-${kind}`,
      level: 'error',
      message: { text: `${grant} ${name}: ${message}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
            region: { startLine: line, startColumn: column },
          },
        },
      ],
    }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results: found }],
  };
  return JSON.stringify(log, null, 2).split('\n');
}
