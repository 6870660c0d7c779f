/** What ajv says of one mistake: the fields that its generated code fills in. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  /** JSON pointer to the keyword, from a root that may be any definition of the schema. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the keyword says. */
  readonly schema?: unknown;
  /** The schema object in which the keyword stands. */
  readonly parentSchema?: unknown;
  /** The value that the keyword finds wrong. */
  readonly data?: unknown;
  readonly message?: string | undefined;
}
interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
export const validatePipeline: Validator;
export const validateStageType: Validator;
