import { openWorkspace, type Workspace } from '../plan/workspace.ts';
import type { Project } from '../types/pipeline.ts';

/** A workspace for the commands that only look; what is damaged is told on stderr. */
export const openForReading = (project: Project): Workspace =>
  openWorkspace({
    project,
    environment: process.env,
    notice: (message) => process.stderr.write(`note: ${message}\n`),
  });
