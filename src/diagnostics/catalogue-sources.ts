/** Mistakes in what comes from the web, and in what a command reads and writes by its streams: part of the catalogue. */
export const sourceEntries = {
  'unpinned-url': {
    title: 'A url has no digest',
    explanation:
      'The digest is what the file is known by: a plan needs no download, and a file that was changed on its server is noticed. `stemma fetch URL` prints it.',
    example: '"deps": { "source": { "url": "https://example.org/data.csv.gz" } }',
    instead: '"deps": { "source": { "url": "https://example.org/data.csv.gz", "digest": "sha256:4f2a91c0…" } }',
  },
  'bad-url': {
    title: 'A url cannot be used',
    explanation:
      'It is no address, or its path does not end in the name of a file: then `as` says under which name the stage sees it.',
    example: '"source": { "url": "https://example.org/download/?id=7", "digest": "sha256:…" }',
    instead: '"source": { "url": "https://example.org/download/?id=7", "as": "data.csv", "digest": "sha256:…" }',
  },
  'secret-in-url': {
    title: 'A secret is written into a url',
    explanation:
      'The pipeline is kept with each run, and exported with it. A user, a password or a token comes from an environment variable.',
    example: '"source": { "url": "https://me:secret@example.org/data.csv", "digest": "sha256:…" }',
    instead: '"source": { "url": "https://{env.USER}:{env.PASSWORD}@example.org/data.csv", "digest": "sha256:…" }',
  },
  'bad-stream': {
    title: '`stdin` or `stdout` of a command cannot be connected',
    explanation:
      '`stdin` names a dep that is a file, `stdout` an out that is a file and that no placeholder of the command names too.',
    example:
      '"unpack": { "run": ["zcat"], "stdin": "archive", "deps": { "packed": "…" }, "outs": { "table": "table.csv" } }',
    instead:
      '"unpack": { "run": ["zcat"], "stdin": "packed", "stdout": "table", "deps": { "packed": "…" }, "outs": { "table": "table.csv" } }',
  },
} as const;
