/** The paths that `fields` accepts for an answer: `user`, `user.name`, `recentOrders.total.amountMinor`. */
export type FieldPath<Data> = Data extends readonly (infer Item)[]
  ? FieldPath<Item>
  : Data extends object
    ? { [Name in keyof Data & string]: Name | Below<Name, NonNullable<Data[Name]>> }[keyof Data & string]
    : never;

type Below<Name extends string, Data> = Data extends object ? `${Name}.${FieldPath<Data>}` : never;

type First<Path> = Path extends `${infer Name}.${string}` ? Name : Path;
type Rest<Path, Name extends string> = Path extends `${Name}.${infer Remainder}` ? Remainder : never;

/** What is left of an answer that is trimmed to these paths. */
export type Selected<Data, Path extends string> = Data extends readonly (infer Item)[]
  ? Selected<Item, Path>[]
  : Data extends object
    ? {
        [Name in keyof Data & string as Name extends First<Path> ? Name : never]: Name extends Path
          ? Data[Name]
          : Selected<Data[Name], Rest<Path, Name>>;
      }
    : Data;
