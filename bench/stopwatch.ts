/** Starts a clock; what it returns tells the seconds since, and those of processor time of all threads. */
export const clock = (): (() => { readonly seconds: number; readonly processor: number }) => {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    // Systems that count by ticks know of none in so short a while; then it is said to be a millisecond.
    return { seconds, processor: Math.max((user + system) / 1e6, 0.001) };
  };
};
