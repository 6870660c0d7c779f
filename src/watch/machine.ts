import { type Change, merge, type Trigger, without } from './changes.ts';
import { counting, forgiving, heeding, type Memory, noMemory, sift } from './memory.ts';

export type Event =
  | { readonly type: 'started' }
  | { readonly type: 'changed'; readonly changes: readonly Change[] }
  /** The settle timer has fired. */
  | { readonly type: 'settled' }
  | { readonly type: 'checked'; readonly result: 'run' | 'nothing' | 'broken' }
  | {
      readonly type: 'judged';
      /** Number of the run: a judgement may come when another is under way. */
      readonly run: number;
      readonly pointless: readonly string[];
      readonly irrelevant: readonly string[];
    }
  | { readonly type: 'run-ended' }
  | { readonly type: 'asked' }
  | { readonly type: 'stopped' };

export type Effect =
  /** Start the settle timer, or start it anew. */
  | { readonly do: 'settle' }
  /** Load the pipeline and plan it. */
  | { readonly do: 'check'; readonly trigger: Trigger }
  | { readonly do: 'run' }
  /** Find out which stages of the run under way a change makes pointless. */
  | { readonly do: 'judge'; readonly run: number; readonly changes: readonly Change[] }
  | { readonly do: 'end stages'; readonly stages: readonly string[]; readonly paths: readonly string[] }
  | { readonly do: 'leave out'; readonly path: string; readonly stages: readonly string[] }
  | { readonly do: 'forget failures' }
  | { readonly do: 'wait' }
  | { readonly do: 'stop run' }
  | { readonly do: 'finish' };

/**
 * When to check, run, end stages and wait. It knows no clock and no files: events in, a new state and effects out.
 *
 *     started                                  nothing to do, broken
 *        │        ┌───────────────────────────────────────────────────────────────────┐
 *        ▼        ▼        changed              settled            will run           │
 *     idle    waiting ──────────────▶ settling ─────────▶ checking ─────────▶ running │
 *        │        ▲                    ▲ │  ▲               ▲ │  │              │ ▲   │
 *        │        │                    └─┘  └───────────────┼─┘  └──────────────┼─┼───┘
 *        │        │                  changed    changed,    │   meanwhile       │ │ changed → settled → judged:
 *        │        │                             not running │                   └─┘ pointless stages are ended
 *        └────────┼─────────────────────────────────────────┤                   │
 *                 │  settled, nothing changed    settled,   │                   │ run ended
 *                 └──────────────────────── lingering ──────┘ something changed │
 *                                               ▲───────────────────────────────┘
 *     any ── stopped ──▶ stopping (while a run ends), else ended
 *
 * It lingers after a run, since what a stage wrote may be heard of a moment after it has ended: that is still a change
 * during the run. A change that comes while files are checked is not lost: it is settled, or judged, after.
 */
export type State =
  | { readonly phase: 'idle' | 'waiting' | 'stopping' | 'ended'; readonly memory: Memory }
  | { readonly phase: 'settling'; readonly trigger: Trigger; readonly memory: Memory }
  | {
      readonly phase: 'checking';
      readonly trigger: Trigger;
      readonly late: Trigger | undefined;
      readonly memory: Memory;
    }
  | ({ readonly phase: 'running' } & Running)
  | { readonly phase: 'lingering'; readonly trigger: Trigger | undefined; readonly memory: Memory };

interface Running {
  /** Changes that have still to settle before they are judged. */
  readonly late: readonly Change[];
  readonly judging: readonly Change[];
  /** The timer fired while others were judged. */
  readonly due: boolean;
  /** Changes that the next run has to answer. */
  readonly kept: readonly Change[];
  /** A check has to follow whatever changed. */
  readonly asked: boolean;
  readonly memory: Memory;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const initial: State = { phase: 'idle', memory: noMemory };

export const step = (state: State, event: Event): Step => {
  if (state.phase === 'ended') return stay(state);
  if (event.type === 'stopped') return stop(state);
  switch (state.phase) {
    case 'stopping':
      return event.type === 'run-ended'
        ? { state: { ...state, phase: 'ended' }, effects: [{ do: 'finish' }] }
        : stay(state);
    case 'running':
      return whileRunning(state, event);
    case 'lingering':
      return whileLingering(state, event);
    case 'checking':
      return whileChecking(state, event);
    default:
      return whileQuiet(state, event);
  }
};

const stay = (state: State): Step => ({ state, effects: [] });

const stop = (state: State): Step =>
  state.phase === 'running' || state.phase === 'stopping'
    ? { state: { phase: 'stopping', memory: state.memory }, effects: [{ do: 'stop run' }] }
    : { state: { phase: 'ended', memory: state.memory }, effects: [{ do: 'finish' }] };

/** Idle, waiting, settling. */
const whileQuiet = (
  state: State & { phase: 'idle' | 'waiting' | 'settling' | 'stopping' | 'ended' },
  event: Event,
): Step => {
  const before = state.phase === 'settling' ? state.trigger : nothing;
  switch (event.type) {
    case 'started':
      return check({ ...before, asked: true }, state.memory);
    case 'asked':
      return check({ ...before, asked: true }, forgiving(state.memory), [{ do: 'forget failures' }]);
    case 'changed':
      return settle({ ...before, changes: merge(before.changes, event.changes) }, heeding(state.memory, event.changes));
    case 'settled':
      return state.phase === 'settling' ? check(state.trigger, state.memory) : stay(state);
    default:
      return stay(state);
  }
};

const whileChecking = (state: State & { phase: 'checking' }, event: Event): Step => {
  const late = state.late ?? nothing;
  switch (event.type) {
    case 'changed': {
      const memory = heeding(state.memory, event.changes);
      return stay({ ...state, late: { ...late, changes: merge(late.changes, event.changes) }, memory });
    }
    case 'asked':
      return {
        state: { ...state, late: { ...late, asked: true }, memory: forgiving(state.memory) },
        effects: [{ do: 'forget failures' }],
      };
    case 'checked':
      return event.result === 'run' ? run(state) : rest(state);
    default:
      return stay(state);
  }
};

const run = ({ trigger, late, memory }: State & { phase: 'checking' }): Step => {
  const changes = late?.changes ?? [];
  const running: Running = {
    late: changes,
    judging: [],
    due: false,
    kept: [],
    asked: late?.asked ?? false,
    memory: counting(memory, trigger),
  };
  return {
    state: { phase: 'running', ...running },
    effects: [{ do: 'run' }, ...(changes.length > 0 ? [settleEffect] : [])],
  };
};

/** The chain of runs that cause each other is broken; what is left out stays so. */
const rest = ({ late, memory }: State & { phase: 'checking' }): Step => {
  const rested = { ...memory, echoes: new Map(), inARow: 0 };
  return late === undefined
    ? { state: { phase: 'waiting', memory: rested }, effects: [{ do: 'wait' }] }
    : settle(late, rested);
};

const whileRunning = (state: State & { phase: 'running' }, event: Event): Step => {
  switch (event.type) {
    case 'changed': {
      const { taken, memory, effects } = sorted(event.changes, state.memory);
      const next = { ...state, late: merge(state.late, taken), memory };
      return { state: next, effects: taken.length > 0 ? [...effects, settleEffect] : effects };
    }
    case 'asked':
      return {
        state: { ...state, asked: true, memory: forgiving(state.memory) },
        effects: [{ do: 'forget failures' }],
      };
    case 'settled':
      return judge({ ...state, due: true });
    case 'judged': {
      if (event.run !== state.memory.runs) return stay(state);
      const kept = merge(state.kept, without(state.judging, event.irrelevant));
      const paths = without(state.judging, event.irrelevant).map(({ path }) => path);
      const next = judge({ ...state, judging: [], kept });
      const ending: Effect[] = event.pointless.length > 0 ? [{ do: 'end stages', stages: event.pointless, paths }] : [];
      return { state: next.state, effects: [...ending, ...next.effects] };
    }
    case 'run-ended': {
      const echoes = merge(merge(state.kept, state.judging), state.late);
      const open = echoes.length > 0 || state.asked;
      const trigger = open ? { changes: [], echoes, asked: state.asked } : undefined;
      return { state: { phase: 'lingering', trigger, memory: state.memory }, effects: [settleEffect] };
    }
    default:
      return stay(state);
  }
};

/** One judgement at a time, of all that has settled. */
const judge = (state: State & { phase: 'running' }): Step => {
  if (!state.due || state.judging.length > 0) return stay(state);
  if (state.late.length === 0) return stay({ ...state, due: false });
  return {
    state: { ...state, due: false, judging: state.late, late: [] },
    effects: [{ do: 'judge', run: state.memory.runs, changes: state.late }],
  };
};

const whileLingering = (state: State & { phase: 'lingering' }, event: Event): Step => {
  const before = state.trigger ?? nothing;
  switch (event.type) {
    case 'changed': {
      const { taken, memory, effects } = sorted(event.changes, state.memory);
      if (taken.length === 0) return { state: { ...state, memory }, effects };
      const trigger = { ...before, echoes: merge(before.echoes, taken) };
      return { state: { ...state, trigger, memory }, effects: [...effects, settleEffect] };
    }
    case 'asked': {
      const memory = forgiving(state.memory);
      return { state: { ...state, trigger: { ...before, asked: true }, memory }, effects: [{ do: 'forget failures' }] };
    }
    case 'settled':
      return state.trigger === undefined
        ? { state: { phase: 'waiting', memory: state.memory }, effects: [{ do: 'wait' }] }
        : check(state.trigger, state.memory);
    default:
      return stay(state);
  }
};

const nothing: Trigger = { changes: [], echoes: [], asked: false };
const settleEffect: Effect = { do: 'settle' };

const settle = (trigger: Trigger, memory: Memory): Step => ({
  state: { phase: 'settling', trigger, memory },
  effects: [settleEffect],
});

const check = (trigger: Trigger, memory: Memory, before: readonly Effect[] = []): Step => ({
  state: { phase: 'checking', trigger, late: undefined, memory },
  effects: [...before, { do: 'check', trigger }],
});

/** Takes in changes during a run, but for those of groups that have had their turns. */
const sorted = (changes: readonly Change[], memory: Memory) => {
  const sifted = sift(changes, memory);
  const effects = sifted.leftOut.map((left): Effect => ({ do: 'leave out', ...left }));
  return { taken: sifted.taken, memory: sifted.memory, effects };
};
