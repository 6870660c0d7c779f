import type { RunEvent } from '../../types/events.ts';

/** One kind of event: `EventOf<'stage-ended'>`. */
export type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;
