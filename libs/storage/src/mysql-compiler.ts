import {
  type ColumnNode,
  type CreateIndexNode,
  type DataTypeNode,
  InsertQueryNode,
  MysqlQueryCompiler,
  type OnConflictNode,
  type OperationNode,
  type ReferenceNode,
} from 'kysely';

/** Compiles what SQLite and PostgreSQL share, and MySQL writes in another way. */
export class PortableMysqlCompiler extends MysqlQueryCompiler {
  /** `text` has no bound there; of 64 KiB in MySQL. */
  protected override visitDataType(node: DataTypeNode): void {
    this.append(node.dataType === 'text' ? 'longtext' : node.dataType);
  }

  /**
   * `on conflict`: any unique index counts, not only the one of the named columns. `do nothing` sets a column to itself,
   * since `insert ignore` would ignore every other error too.
   */
  protected override visitOnConflict(node: OnConflictNode): void {
    this.append('on duplicate key update ');
    if (node.updateWhere) throw new TypeError('`do update … where` does not exist in MySQL');
    if (node.updates) return this.compileList(node.updates);
    const { columns } = this.parentNode as InsertQueryNode;
    const [column] = columns!;
    this.visitNode(column!);
    this.append(' = ');
    this.visitNode(column!);
  }

  /** `excluded.name`: the form that MySQL and MariaDB have in common. */
  protected override visitReference(node: ReferenceNode): void {
    if (node.table?.table.identifier.name !== 'excluded') return super.visitReference(node);
    this.append('values(');
    this.visitNode(node.column);
    this.append(')');
  }

  /** Indexes have no conditions there: the whole table is indexed, except for unique ones, which would mean another thing. */
  protected override visitCreateIndex(node: CreateIndexNode): void {
    if (node.where && node.unique) throw new TypeError('a unique index with a condition does not exist in MySQL');
    super.visitCreateIndex({ ...node, where: undefined });
  }
}

/** The number of rows that an insert with `do update` writes; undefined for other statements. */
export function upsertedRows(node: OperationNode): bigint | undefined {
  if (!InsertQueryNode.is(node) || !node.onConflict?.updates) return undefined;
  const { values } = node;
  return values && 'values' in values ? BigInt((values.values as readonly ColumnNode[]).length) : undefined;
}
