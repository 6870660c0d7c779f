import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

// A test that blocks its thread is ended by no time limit of vitest's, and then a run of all tests says nothing and never
// ends. So whoever waits is told what it waits for, and where nothing has ended for a long time, the run fails by name.

const told = 3;
const ended = 20;

/** Names the files and tests that are running when none has ended for minutes; ends the run when it has taken too long. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one.
export default class StillRunning implements Reporter {
  private readonly running = new Set<TestModule | TestCase>();
  private quiet = 0;
  private clock: NodeJS.Timeout | undefined;
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunStart(): void {
    this.clock = setInterval(() => this.tick(), 60_000);
    this.clock.unref();
  }

  onTestRunEnd(): void {
    clearInterval(this.clock);
  }

  onTestModuleQueued(module: TestModule): void {
    this.running.add(module);
  }

  onTestModuleEnd(module: TestModule): void {
    this.running.delete(module);
    this.quiet = 0;
  }

  onTestCaseReady(test: TestCase): void {
    this.running.add(test);
  }

  onTestCaseResult(test: TestCase): void {
    this.running.delete(test);
    this.quiet = 0;
  }

  private tick(): void {
    this.quiet += 1;
    if (this.quiet < told) return;
    const names = [...this.running].map((one) => (one.type === 'module' ? one.relativeModuleId : `  ${one.fullName}`));
    const text = `nothing has ended for ${this.quiet} minutes; running:\n${names.join('\n') || '(no file)'}`;
    this.vitest?.logger.error(text);
    if (this.quiet >= ended) process.exit(1);
  }
}
