/** Registers a list of strings as a GraphQL enum, each value with its meaning. */
import { registerEnumType } from "type-graphql";

/** The enum object of `values`; names and stored strings are the same. The compiler wants a meaning for each value. */
export function createEnum<V extends string>(
  name: string,
  description: string,
  meanings: Readonly<Record<V, string>>,
): { readonly [K in V]: K } {
  const values = Object.fromEntries(Object.keys(meanings).map((value) => [value, value])) as { [K in V]: K };
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      Object.entries<string>(meanings).map(([value, meaning]) => [value, { description: meaning }]),
    ) as Partial<Record<V, { description: string }>>,
  });
  return values;
}
