// Shows a progress bar on a terminal, and nothing elsewhere.

const MAX_BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 5;
/** Of a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

export class Progress {
  #stream;
  #what;
  #shown = false;

  /** @param stream a terminal, or undefined */
  constructor(stream, what) {
    this.#stream = stream;
    this.#what = what;
  }

  show(done, total) {
    if (this.#stream === undefined || total === 0) return;
    // Asked each time, because a window can be resized. A line that fills the window would begin another one.
    const columns = (this.#stream.columns || DEFAULT_COLUMNS) - 1;
    // Clears first: what was written in a wider window may be longer.
    this.#stream.write(`\r\x1b[K${this.#line(done, total, columns)}`);
    this.#shown = true;
  }

  #line(done, total, columns) {
    const count = `${done}/${total}`;
    const text = `${count} ${this.#what}`;
    const width = Math.min(MAX_BAR_WIDTH, columns - text.length - 1);
    if (width < MIN_BAR_WIDTH) return (text.length <= columns ? text : count).slice(0, columns);
    const filled = Math.floor((width * done) / total);
    return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text}`;
  }

  /** Clears the line. */
  end() {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
