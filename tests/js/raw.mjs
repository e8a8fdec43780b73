// The module's own functions on raw bytes, for published vectors whose keys are no text: see
// src/wasm/shared_buffer.rs for the buffer.

/** @returns {(name: 'hs256' | 'openJws', ...parts: Uint8Array[]) => Uint8Array} */
export function rawCalls(frame) {
  return (name, ...parts) => {
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    // Makes room, and leaves the views that frame.js holds in order.
    frame.write(['-'.repeat(total)], [name]);
    const glue = frame.module();
    const bytes = () => new Uint8Array(frame.numbers.buffer, glue.reserve(0));
    let at = 0;
    parts.forEach((part, slot) => {
      bytes().set(part, at);
      frame.numbers[slot] = part.length;
      at += part.length;
    });
    frame.call(glue[name]);
    return bytes().slice(0, frame.numbers[0]);
  };
}
