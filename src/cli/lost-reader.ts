/**
 * A reader that goes away, as `head` does, ends us as Ctrl-C does: a run ends its stages and writes its record.
 * What else is said to nobody is no error.
 */
export const endWithReader = (streams: readonly NodeJS.WritableStream[]): void => {
  let gone = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (gone) return;
    gone = true;
    // Without a listener nothing is under way that would have to end in order.
    if (!process.emit('SIGINT')) process.exit(0);
  };
  for (const stream of streams) stream.on('error', onError);
};
