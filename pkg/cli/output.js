// Where what a command says goes: its result to stdout, all the rest to stderr.

export class Output {
  /** 'compact': for a program to read. */
  json = undefined;

  print(text) {
    process.stdout.write(`${text}\n`);
  }

  /** `Label: value`, as part of the result. */
  field(label, value) {
    this.print(`${label}: ${value}`);
  }

  /** The result for a program to read, in one line. */
  result(data) {
    this.print(JSON.stringify({ type: 'result', success: true, ...data }));
  }

  warn(text) {
    process.stderr.write(`Warning: ${text}\n`);
  }

  fail(error) {
    process.stderr.write(`Error: ${error.message}\n`);
  }
}
