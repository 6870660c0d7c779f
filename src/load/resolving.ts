import type { Project } from '../types/pipeline.ts';
import type { Draft, Drafts, StageTypes } from './drafts.ts';
import type { JsonDocument, Report } from './finding.ts';
import type { Probe } from './probe.ts';
import type { IsSound } from './structure.ts';

/** What all that gives references and params their meaning looks at. */
export interface Resolving {
  readonly project: Project;
  /** The pipeline's name. */
  readonly pipeline: string;
  readonly document: JsonDocument;
  readonly isSound: IsSound;
  readonly drafts: Drafts;
  readonly types: StageTypes;
  readonly probe: Probe;
  readonly report: Report;
}

/** A dep as it stands in the file, with all that is known of it. */
export interface DepSite {
  readonly stage: Draft;
  readonly name: string;
  /** The type that the stage asks for; `any` for a command. */
  readonly wanted: string;
}
