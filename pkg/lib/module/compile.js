// Compiles the module from any accepted source, while it downloads where the platform can.

/** @param {WebAssembly.Module | BufferSource | Response | URL | string} source */
export async function compile(source) {
  if (typeof source === 'string' || Object.prototype.toString.call(source) === '[object URL]')
    source = await fetch(source);
  if (!(typeof Response === 'function' && source instanceof Response))
    return source instanceof WebAssembly.Module ? source : WebAssembly.compile(source);
  if (!source.ok) throw new Error(`${source.url} answered ${source.status}`);
  // compileStreaming requires this media type.
  if (WebAssembly.compileStreaming && source.headers.get('Content-Type')?.startsWith('application/wasm'))
    return WebAssembly.compileStreaming(source);
  // No await in the argument: Next.js in development wraps the call in a function that is not async.
  const bytes = await source.arrayBuffer();
  return WebAssembly.compile(bytes);
}
