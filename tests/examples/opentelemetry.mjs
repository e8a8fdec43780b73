// The example with OpenTelemetry, with its SDK keeping the spans in memory.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STAGE } from '../runtimes/stage.mjs';
import { equal, ok } from '../js/assert.mjs';

export async function openTelemetry({ ABLY_API_KEY }) {
  process.env.ABLY_API_KEY = ABLY_API_KEY;
  const example = join(STAGE, 'examples/opentelemetry/endpoint.js');
  const [{ trace }, { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const { auth } = await import(pathToFileURL(example).href);

  return ({ test }) => {
    test('a token is a span with its attributes, and without the token', async () => {
      const response = await auth(new Request('https://edge.example/auth', { headers: { Cookie: 'user=ada' } }));
      const { token, expires } = await response.json();
      const [span, ...others] = exporter.getFinishedSpans();
      equal(
        [others.length, span.name, span.attributes],
        [
          0,
          'issue token',
          {
            'user.id': 'ada',
            'ably.key.name': ABLY_API_KEY.split(':')[0],
            'ably.token.form': 'jwt',
            'ably.token.expires': new Date(expires).toISOString(),
            'ably.capability.resources': ['chat:*'],
          },
        ],
      );
      ok(!JSON.stringify([span.attributes, span.events]).includes(token.split('.')[2]));
    });
    test('a client that is not known is no span', async () => {
      exporter.reset();
      equal([(await auth(new Request('https://edge.example/auth'))).status, exporter.getFinishedSpans()], [401, []]);
    });
  };
}
