/**
 * A line of TensorFlow's that says nothing but how it was built: it writes them before it has read which of its log is
 * wanted, and then says so too. Warnings and errors are none.
 */
export const isTensorflowChatter = (line: string): boolean =>
  line === 'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR' ||
  /^I\d{4} \d\d:\d\d:\d+\.\d+ +\d+ [\w./-]+:\d+\] /.test(line);

/** What is left of a stream of lines without them; who asks for TensorFlow's log gets all. */
export const withoutChatter = (environment: Readonly<Record<string, string | undefined>>) =>
  function* (line: unknown): Generator<unknown, void, undefined> {
    const wanted = environment['TF_CPP_MIN_LOG_LEVEL'];
    if (wanted === '0' || typeof line !== 'string' || !isTensorflowChatter(line)) yield line;
  };
