// What the doctor finds: a list of checks that passed or failed, and notes about what it could not or need not check.

/** A server may send anything, and a terminal obeys some of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

export class Report {
  checks = [];

  pass(check, message) {
    this.#add({ check, status: 'pass', message });
  }

  fail(check, message, remediation) {
    this.#add({ check, status: 'fail', message, remediation });
  }

  note(check, message) {
    this.#add({ check, status: 'note', message });
  }

  get ok() {
    return this.checks.every(({ status }) => status !== 'fail');
  }

  /** One line for each fact: two methods of an endpoint often share it. */
  #add(given) {
    const found = { ...given, message: given.message.replace(CONTROL, '\ufffd') };
    if (!this.checks.some((one) => one.check === found.check && one.message === found.message)) this.checks.push(found);
  }
}

export function duration(seconds) {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
