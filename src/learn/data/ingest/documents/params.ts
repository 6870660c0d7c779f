/** How the formats "texts" and "emails" read a folder. */
export interface DocumentsParams {
  /**
   * Where labels come from: the name of the folder that a file lies in, nowhere, or patterns of such names, as
   * `{ "spam-*": "spam" }`, of which each folder has to fit one label.
   */
  readonly labels: 'folder' | 'none' | Readonly<Record<string, string>>;
  /** The files are JSON objects, each with one text in this field; absent: the files are texts themselves. */
  readonly field?: string;
  /** Pattern of the paths of the files to read instead of their endings: `*` is any part of a name, `**` of a path. */
  readonly files?: string;
  /** A column with the files' paths, too. */
  readonly file: boolean;
}

export interface EmailsParams extends DocumentsParams {
  /** Headers that become columns, too: they often give away what is to be learned. */
  readonly headers: readonly string[];
}
