// A reporter of vitest's. A test that blocks its thread is ended by no time limit, and then a run of all tests says nothing
// and never ends. So whoever waits is told what it waits for, and where nothing has ended for a long time, the run fails
// by name.

const told = 3;
// By night a test trains for as long as it needs, over seeds; its own time limit is three hours.
const ended = process.env.STEMMA_NIGHTLY === undefined ? 20 : 200;

/** @implements {import('vitest/node').Reporter} */
// biome-ignore lint/style/noDefaultExport: vitest asks for one.
export default class StillRunning {
  #running = new Set();
  #quiet = 0;
  #clock;
  #vitest;

  onInit(vitest) {
    this.#vitest = vitest;
  }

  onTestRunStart() {
    this.#clock = setInterval(() => this.#tick(), 60_000);
    this.#clock.unref();
  }

  onTestRunEnd() {
    clearInterval(this.#clock);
  }

  onTestModuleQueued(module) {
    this.#running.add(module);
  }

  onTestModuleEnd(module) {
    this.#end(module);
  }

  onTestCaseReady(test) {
    this.#running.add(test);
  }

  onTestCaseResult(test) {
    this.#end(test);
  }

  #end(one) {
    this.#running.delete(one);
    this.#quiet = 0;
  }

  #tick() {
    this.#quiet += 1;
    if (this.#quiet < told) return;
    const names = [...this.#running].map((one) => (one.type === 'module' ? one.relativeModuleId : `  ${one.fullName}`));
    this.#vitest.logger.error(
      `nothing has ended for ${this.#quiet} minutes; running:\n${names.join('\n') || '(no file)'}`,
    );
    if (this.#quiet < ended) return;
    this.#vitest.logger.error(`the run is ended: that is longer than the ${ended} minutes that it waits`);
    process.exit(1);
  }
}
