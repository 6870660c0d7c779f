/** All that an audit can find: what it means for the lineage, and what to do. */
export const catalogue = {
  'content-damaged': {
    meaning: 'what refers to this content cannot be restored from here, and is no longer proved by it',
    remedy: 'restore it from a backup, or delete it: the next run that needs it makes it again',
  },
  'content-missing': {
    meaning: 'a cache entry stands for outs that the store cannot give',
    remedy: 'restore it from a backup; otherwise the next run that needs it executes the stage again',
  },
  'manifest-damaged': {
    meaning: 'the files of a recorded folder cannot be told',
    remedy: 'restore it from a backup, or delete it: the next run that needs it makes it again',
  },
  'stage-run-damaged': {
    meaning: 'what was made by this stage run has no account of its origin',
    remedy: 'restore it from a backup; the next run executes the stage again, under a record of its own',
  },
  'stage-run-missing': {
    meaning: 'what was made by this stage run has no account of its origin',
    remedy: 'restore it from a backup; the next run executes the stage again, under a record of its own',
  },
  'record-false': {
    meaning: 'the record is whole, and what it says cannot be: it was not written by a run',
    remedy: 'find out who wrote it; a backup shows since when it is there',
  },
  'run-damaged': {
    meaning: 'the history is not the one that was recorded: what this record says is not proved',
    remedy: 'restore it from a backup',
  },
  'run-missing': {
    meaning: 'a run was taken out of the history',
    remedy: 'restore its record from a backup',
  },
  'run-added': {
    meaning: 'it is no link of the chain: it was put into the history afterwards',
    remedy: 'find out who wrote it, then take it out',
  },
  'run-unconfirmed': {
    meaning: 'the record that followed on this one is damaged, and nothing else says what this one was',
    remedy: 'restore the record after it from a backup, then audit again',
  },
  'head-damaged': {
    meaning: 'nothing says any more which record is the newest, nor that it is as it was written',
    remedy:
      'hold the newest record against a digest that was written down elsewhere; the next run writes the head again',
  },
  'history-rewritten': {
    meaning: 'the history was rewritten or cut off after that digest was written down',
    remedy: 'find out who did so; a backup shows what was changed',
  },
  'entry-damaged': {
    meaning: 'runs do not rely on it: they read the record of the stage run instead',
    remedy: 'delete it: the next run that needs it executes the stage again',
  },
  'state-damaged': {
    meaning: 'it no longer says what stands in the workspace',
    remedy: 'delete it: the next run restores the outs and writes it again',
  },
  'out-changed': {
    meaning: 'what stands in the workspace is not what the stage made',
    remedy: 'the next run puts back what was recorded; keep a copy if the change was wanted',
  },
  'published-changed': {
    meaning:
      'what is published is not what the gate accepted: who takes it from there gets something that nobody judged',
    remedy: 'the next run of the pipeline puts back what was accepted; until then, use none of it',
  },
  'page-changed': {
    meaning: 'what the page shows is not what the run recorded',
    remedy: 'the next run writes it anew',
  },
  'splits-leak': {
    meaning: 'what was measured on validation or test is better than what the model reaches on new data',
    remedy: 'do what `remedy` in the file says and run again, or accept the finding with its reason in params.accept',
  },
  'input-changed': {
    meaning: 'what was made from it was made from other bytes than those that are there now',
    remedy: 'run the pipeline again, or put back what it was',
  },
  'bundle-damaged': {
    meaning: 'nothing: runs check a bundle before they execute it',
    remedy: 'delete it: the next run that needs it makes it again',
  },
  'piece-damaged': {
    meaning: 'nothing: stages check it before they use it',
    remedy: 'delete its folder: the next run that needs it makes it again',
  },
  'derived-damaged': {
    meaning: 'nothing: it is derived, and a damaged one counts as absent',
    remedy: 'it was removed; the next run makes it again',
  },
  'file-foreign': {
    meaning: 'Stemma writes no such file, and reads none',
    remedy: 'find out who put it there, then move it elsewhere',
  },
  'file-unreadable': {
    meaning: 'nothing can be said of it',
    remedy: 'make it readable, then audit again',
  },
} as const;

export type FindingCode = keyof typeof catalogue;
