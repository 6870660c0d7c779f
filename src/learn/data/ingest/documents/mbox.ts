/** A message that is a file of its own, without the line that mbox files put before each. */
export const withoutSeparator = (message: string): string => message.replace(/^From [^\n]*\n/, '');

/**
 * Splits an mbox file, or a single message, into its messages. A line that begins with "From " at the file's beginning
 * or after an empty line begins a message, and is no part of it; within a message, a line of ">From " with any number
 * of ">" before it has lost one when it was read (mboxrd).
 *
 * @param bytes as latin1, so that no byte is lost.
 * @see RFC 4155, appendix A; and mbox(5) of qmail for "mboxrd".
 */
export const messagesIn = (bytes: string): string[] => {
  if (!bytes.startsWith('From ')) return [bytes];
  return bytes
    .split(/(?:^|(?<=\n\r?\n))From [^\n]*\n/)
    .slice(1)
    .map((message) => message.replaceAll(/^>(>*From )/gm, '$1').replace(/\r?\n$/, ''));
};
