import type { Workspace } from '../plan/workspace.ts';
import type { RunResult } from '../run/request.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';

export const writeRunPage = (
  _result: Omit<RunResult, 'recordDigest'>,
  _context: { readonly project: Project; readonly pipeline: Pipeline; readonly workspace: Workspace },
): string => '';
