export const why = async (..._: unknown[]): Promise<number> => 2;
