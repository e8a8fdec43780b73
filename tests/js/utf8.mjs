// What stands in for TextEncoder and TextDecoder where there are none, beside the platform's own.
import { equal } from './assert.mjs';
import { randomFrom } from './random.mjs';

const TEXTS = [
  '',
  'ada',
  'ä',
  '\u07ff\u0800\uffff',
  '😀\u{10ffff}\u{10000}',
  '\ud83d',
  'a\ude00b',
  '\ude00\ud83d',
  '\0\x7f',
  '\ufeffa',
  'a\ufeff',
  'aé😀'.repeat(5000),
];
/** The edges of each row of table 3-7 of the Unicode Standard, and of what lies beside them. */
const EDGES = [
  0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0,
  0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

export default ({ test, utf8 }) => {
  const { PlainDecoder, PlainEncoder, Decoder, Encoder } = utf8;
  const decoders = [undefined, { ignoreBOM: true }].map((options) => [
    new PlainDecoder('utf-8', options),
    new TextDecoder('utf-8', options),
  ]);
  const encoder = new PlainEncoder();
  const decodesAlike = (bytes) => {
    for (const [plain, platforms] of decoders)
      equal(plain.decode(bytes), platforms.decode(bytes), `bytes ${[...bytes.subarray(0, 20)]}`);
  };
  const encodesAlike = (text) => {
    const wanted = [...new TextEncoder().encode(text)];
    equal([...encoder.encode(text)], wanted);
    const room = new Uint8Array(text.length * 3);
    equal([encoder.encodeInto(text, room).written, ...room.subarray(0, wanted.length)], [wanted.length, ...wanted]);
  };

  test("the platform's own where there is one", () =>
    equal([Encoder === TextEncoder, Decoder === TextDecoder], [true, true]));
  for (const text of TEXTS)
    test(`encodes and decodes ${JSON.stringify(text.slice(0, 12))}`, () => {
      encodesAlike(text);
      decodesAlike(new TextEncoder().encode(text));
    });
  test('nothing', () => equal(new PlainDecoder().decode(), ''));
  test('every two bytes, and three and four of those at an edge', () => {
    for (let first = 0; first < 256; first++) for (const second of EDGES) decodesAlike(Uint8Array.of(first, second));
    for (const first of EDGES.filter((byte) => byte >= 0xc0))
      for (const second of EDGES)
        for (const third of EDGES) decodesAlike(Uint8Array.of(first, second, third, 0x80, 0x41));
  });
  test('random bytes and texts', () => {
    const { below } = randomFrom(14);
    for (let round = 0; round < 500; round++) {
      decodesAlike(Uint8Array.from({ length: below(40) }, () => (below(2) ? EDGES[below(EDGES.length)] : below(256))));
      encodesAlike(
        String.fromCharCode(
          ...Array.from({ length: below(40) }, () => (below(3) ? below(0x800) : 0xd700 + below(0xa00))),
        ),
      );
    }
  });
};
