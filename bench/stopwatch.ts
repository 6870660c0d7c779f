/** Starts a clock; what it returns tells the seconds since, and those of processor time of all threads. */
export const clock = (): (() => { readonly seconds: number; readonly processor: number }) => {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { seconds, processor: (user + system) / 1e6 };
  };
};
