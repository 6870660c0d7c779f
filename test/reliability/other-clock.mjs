// Loaded before the program (`node --import`): its clock is ahead of the machine's by STEMMA_CLOCK milliseconds.
const ahead = Number(process.env.STEMMA_CLOCK);
const Machine = Date;
globalThis.Date = class extends Machine {
  constructor(...args) {
    if (args.length === 0) super(Machine.now() + ahead);
    else super(...args);
  }
  static now() {
    return Machine.now() + ahead;
  }
};
