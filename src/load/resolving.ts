import type { Project } from '../types/pipeline.ts';
import type { Drafts, StageTypes } from './drafts.ts';
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
