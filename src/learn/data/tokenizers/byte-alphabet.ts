/**
 * A printable character for each byte, as GPT-2 has them: bytes that print in Latin-1 are themselves, the others are
 * U+0100 and on, in order.
 *
 * @see A. Radford et al.: Language Models are Unsupervised Multitask Learners, 2019.
 */
export const byteAlphabet: readonly string[] = (() => {
  const prints = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
})();

/** A text's UTF-8 bytes, a character each. */
export const bytesAsText = (text: string): string =>
  Array.from(Buffer.from(text, 'utf8'), (byte) => byteAlphabet[byte]).join('');
