/** Whether a value is a JSON Schema of draft-07. */
export default function isJsonSchema(value: unknown): boolean;
