// Shows a progress bar on a terminal, and nothing elsewhere.

const WIDTH = 30;

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
    const filled = Math.floor((WIDTH * done) / total);
    this.#stream.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} ${this.#what}`);
    this.#shown = true;
  }

  /** Clears the line. */
  end() {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
