import type { RunAccount } from '../lineage/run-account.ts';
import type { Workspace } from '../plan/workspace.ts';
export const exportCrate = async (_a: RunAccount, _w: Workspace, _o: object): Promise<number> => 1;
