//! `Shape`: one walk over a statement that yields its cache key and its binds, and checks the values.
//! The key speaks of structure only: two statements of one key have one text.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use smallvec::SmallVec;

use crate::ast::{
    Cap, ColumnRef, Ddl, DeleteTree, In, InsertTree, Node, OrderBy, Output, Part, RawStatement, SelectTree, Source, Statement, UpdateTree,
    Values,
};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, Table, TableRef};
use crate::value::Value;

use super::Dialect;
use super::check::{check_value, keyless, keyless_in, mixed, too_deep, too_many, unassigned};
use super::padding::{Padding, padded};

/// The bound values of a statement, in the order of their placeholders.
type Binds<'s> = SmallVec<[Value<'s>; 4]>;

/// The cache key and the binds of a statement.
#[derive(Debug)]
pub struct Shape<'s> {
    /// Two lanes of folded multiplication; the words are structure, never values.
    a: u64,
    b: u64,
    dialect: &'s dyn Dialect,
    padding: Padding,
    binds: Binds<'s>,
    /// The binds of a statement that has them side by side.
    plain: Option<&'s [Value<'static>]>,
    /// How often the statement is run, each time with the next part of the binds. At least once.
    pub repeat: usize,
    /// How many rows stand in each parameter, as an array of their values.
    rows: usize,
}

impl<'s> Shape<'s> {
    /// Walks over a statement.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) for a text that is too long for its column, or holds a NUL character;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a parameter without a value, and for an object, whose key its session puts in;
    /// [`ErrorKind::TooManyParameters`](crate::ErrorKind::TooManyParameters) for more than the database takes.
    pub fn of(statement: &'s Statement, dialect: &'s dyn Dialect) -> Result<Self> {
        let mut shape = Self::new(dialect);
        shape.walk(statement)?;
        Ok(shape)
    }

    /// Returns the shape of nothing. It is large: to be walked where it stands.
    pub fn new(dialect: &'s dyn Dialect) -> Self {
        let (a, b) = seeds();
        Self { a, b, dialect, padding: Padding::PowerOfTwo, binds: Binds::new(), plain: None, repeat: 1, rows: 1 }
    }

    /// Walks over the statement; once.
    ///
    /// # Errors
    /// As [`of`](Shape::of).
    pub fn walk(&mut self, statement: &'s Statement) -> Result {
        self.statement(statement)?;
        let most = self.dialect.max_parameters();
        match self.binds().len() <= most || self.parameters() <= most {
            true => Ok(()),
            false => self.walk_without_padding(statement, most),
        }
    }

    /// What is too much may be the padding of lists.
    #[cold]
    fn walk_without_padding(&mut self, statement: &'s Statement, most: usize) -> Result {
        ((self.a, self.b), self.padding, self.plain, self.repeat, self.rows) = (seeds(), Padding::None, None, 1, 1);
        self.binds.clear();
        self.statement(statement)?;
        match self.parameters() <= most {
            true => Ok(()),
            false => Err(too_many(self.parameters(), self.dialect)),
        }
    }

    /// How many placeholders the text has.
    fn parameters(&self) -> usize {
        self.binds().len() / (self.repeat * self.rows)
    }

    /// The values, in the order of the placeholders; of all rows, if the statement is repeated.
    pub fn binds(&self) -> &[Value<'s>] {
        self.plain.unwrap_or(&self.binds)
    }

    /// How the SQL of its database is written.
    pub fn dialect(&self) -> &'s dyn Dialect {
        self.dialect
    }

    /// The same for all statements of one text, and for no others.
    pub fn key(&self) -> u128 {
        u128::from(self.a) << 64 | u128::from(self.b)
    }
}

/// Random, so that nobody who can choose a name can choose a key.
fn seeds() -> (u64, u64) {
    static SEEDS: OnceLock<(u64, u64)> = OnceLock::new();
    *SEEDS.get_or_init(|| (RandomState::new().build_hasher().finish(), RandomState::new().build_hasher().finish()))
}

/// What a word of the key stands for. Numbers are kept apart from pointers by their place in the walk.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Tag {
    Select = 1,
    Insert,
    Arrays,
    Update,
    Delete,
    Raw,
    CreateTable,
    CreateIndex,
    DropTable,
    Columns,
    All,
    Nodes,
    One,
    Table,
    Named,
    Derived,
    Column,
    Bind,
    Binary,
    Chain,
    Not,
    IsNull,
    In,
    InBinds,
    Function,
    Exists,
    Order,
    Limit,
    Offset,
    Text,
    Parameter,
    Absent,
}

impl<'s> Shape<'s> {
    fn word(&mut self, word: u64) {
        let a = u128::from(self.a ^ word) * 0x9E37_79B9_7F4A_7C15;
        let b = u128::from(self.b ^ word.rotate_left(29)) * 0xD6E8_FEB8_6659_FD93;
        self.a = (a as u64) ^ ((a >> 64) as u64);
        self.b = (b as u64) ^ ((b >> 64) as u64);
    }

    fn tag(&mut self, tag: Tag, detail: usize) {
        self.word(tag as u64 | (detail as u64) << 8);
    }

    fn text(&mut self, text: &str) {
        self.tag(Tag::Text, text.len());
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    /// A table of the program is known by its address; one made at run time by all that it says, since its
    /// address may be another table's tomorrow.
    #[inline(always)]
    fn table(&mut self, table: &TableRef) {
        match table {
            // An address is no multiple of a tag and stands where only a table can.
            TableRef::Static(table) => self.word(std::ptr::from_ref(*table).addr() as u64 | (Tag::Table as u64) << 56),
            TableRef::Shared(table) => self.made_table(table),
        }
    }

    #[inline(never)]
    fn made_table(&mut self, table: &Table) {
        self.tag(Tag::Named, table.columns.len());
        self.text(&table.full_name());
        table.columns.iter().for_each(|column| self.definition(column));
    }

    fn positions(&mut self, positions: &[u16]) {
        for four in positions.chunks(4) {
            self.word(four.iter().fold(0, |word, position| word << 16 | u64::from(*position)));
        }
    }

    fn definition(&mut self, column: &ColumnDef) {
        self.text(&column.name);
        self.text(&format!("{column:?}"));
    }

    fn statement(&mut self, statement: &'s Statement) -> Result {
        match statement {
            Statement::Select(tree, cap) => self.capped(tree, *cap),
            Statement::Insert(tree) => self.insert(tree),
            Statement::Update(tree) => self.update(tree),
            Statement::Delete(tree) => self.delete(tree),
            Statement::Raw(raw) => self.raw(raw),
            Statement::Ddl(ddl) => {
                self.ddl(ddl);
                Ok(())
            }
        }
    }

    fn capped(&mut self, tree: &'s SelectTree, cap: Cap) -> Result {
        self.select(tree)?;
        if let Some(rows) = tree.cap(cap, self.dialect.is_lazy()) {
            self.tag(Tag::Limit, usize::from(rows));
        }
        Ok(())
    }

    fn select(&mut self, tree: &'s SelectTree) -> Result {
        self.tag(Tag::Select, tree.order_by.len());
        self.output(&tree.columns)?;
        for source in &tree.from {
            self.source(source)?;
        }
        self.filter(tree.filter.as_ref())?;
        for OrderBy { node, direction } in &tree.order_by {
            self.tag(Tag::Order, *direction as usize);
            self.node(node)?;
        }
        for (tag, value) in [(Tag::Limit, &tree.limit), (Tag::Offset, &tree.offset)] {
            if let Some(value) = value {
                self.word(tag as u64 | u64::MAX << 8);
                self.binds.push(Value::Int(*value));
            }
        }
        Ok(())
    }

    fn output(&mut self, output: &'s Output) -> Result {
        match output {
            Output::Columns(table, positions) => {
                // As a table of the program, a list of the program is known by its address. What differs in nothing else
                // is a longer list from the same place on.
                self.word(positions.as_ptr().addr() as u64 ^ (Tag::Columns as u64) << 56 ^ (positions.len() as u64).rotate_right(20));
                self.table(table);
                Ok(())
            }
            Output::All(table) => {
                self.tag(Tag::All, 0);
                self.table(table);
                Ok(())
            }
            Output::Nodes(nodes) => {
                self.tag(Tag::Nodes, nodes.len());
                nodes.iter().try_for_each(|node| self.node(node))
            }
            Output::One => {
                self.tag(Tag::One, 0);
                Ok(())
            }
        }
    }

    fn source(&mut self, source: &'s Source) -> Result {
        match source {
            Source::Table(table) => {
                self.table(table);
                Ok(())
            }
            Source::Derived(tree, name) => {
                self.tag(Tag::Derived, 0);
                self.text(name);
                self.select(tree)
            }
        }
    }

    fn filter(&mut self, filter: Option<&'s Node>) -> Result {
        match filter {
            Some(node) => self.node(node),
            None => {
                self.tag(Tag::Absent, 0);
                Ok(())
            }
        }
    }

    fn insert(&mut self, tree: &'s InsertTree) -> Result {
        let repeated = tree.is_repeatable() && self.dialect.repeats_inserts();
        let arrays = tree.goes_as_arrays(self.dialect);
        (self.repeat, self.rows) = (if repeated { tree.rows } else { 1 }, if arrays { tree.rows } else { 1 });
        self.tag(Tag::Insert, tree.columns.len());
        self.table(&tree.table);
        self.positions(&tree.columns);
        self.word(if repeated || arrays { 1 } else { tree.rows as u64 });
        if arrays {
            self.tag(Tag::Arrays, 0);
        }
        let columns = || tree.columns.iter().cycle().map(|position| tree.table.columns.get(usize::from(*position)));
        match &tree.values {
            Values::Plain(values) => {
                values.iter().zip(columns()).try_for_each(|(value, column)| check_value(value, column))?;
                // The rows of a repeated statement differ in nothing but values: the first one stands for all.
                (0..if repeated || arrays { tree.columns.len() } else { values.len() }).for_each(|_| self.tag(Tag::Bind, 0));
                match tree.is_plain() {
                    true => self.plain = Some(values),
                    false => self.binds.extend(values.iter().map(Value::reborrow)),
                }
            }
            Values::Nodes(nodes) => {
                let positions = tree.columns.iter().cycle();
                nodes.iter().zip(positions).try_for_each(|(node, position)| self.assigned(node, &tree.table, *position))?;
            }
        }
        self.returning(tree.returning.as_ref())
    }

    fn update(&mut self, tree: &'s UpdateTree) -> Result {
        self.tag(Tag::Update, tree.set.len());
        self.table(&tree.table);
        for assignment in &tree.set {
            self.word(u64::from(assignment.position));
            self.assigned(&assignment.value, &tree.table, assignment.position)?;
        }
        self.filter(tree.filter.as_ref())?;
        self.returning(tree.returning.as_ref())
    }

    fn delete(&mut self, tree: &'s DeleteTree) -> Result {
        self.tag(Tag::Delete, 0);
        self.table(&tree.table);
        self.filter(tree.filter.as_ref())?;
        self.returning(tree.returning.as_ref())
    }

    fn returning(&mut self, output: Option<&'s Output>) -> Result {
        match output {
            Some(output) => self.output(output),
            None => {
                self.tag(Tag::Absent, 0);
                Ok(())
            }
        }
    }

    /// A node that a column is set to.
    fn assigned(&mut self, node: &'s Node, table: &Table, position: u16) -> Result {
        let at = usize::from(position);
        match (node, table.columns.get(at)) {
            (Node::Bind(value), column) => {
                self.tag(Tag::Bind, 0);
                self.value(value, column)
            }
            (Node::KeyOf(target), Some(column)) => Err(keyless_in(table, column, *target)),
            (Node::Assigned, Some(column)) if table.generated() == Some(at) => Err(mixed(table, column)),
            (Node::Assigned, Some(column)) => Err(unassigned(table, column)),
            (node, _) => self.node(node),
        }
    }

    fn raw(&mut self, raw: &'s RawStatement) -> Result {
        self.tag(Tag::Raw, raw.parts.len());
        raw.check(self.dialect.question_marks())?;
        for part in &raw.parts {
            match part {
                Part::Text(text) => self.text(text),
                Part::Parameter(name) => {
                    self.tag(Tag::Parameter, 0);
                    self.value(raw.bound(name)?, None)?;
                }
            }
        }
        Ok(())
    }

    fn ddl(&mut self, ddl: &Ddl) {
        match ddl {
            Ddl::CreateTable(table) => {
                self.tag(Tag::CreateTable, 0);
                self.table(table);
            }
            Ddl::CreateIndex(table, position) => {
                self.tag(Tag::CreateIndex, usize::from(*position));
                self.table(table);
            }
            Ddl::DropTable(table) => {
                self.tag(Tag::DropTable, 0);
                self.table(table);
            }
        }
    }

    fn value(&mut self, value: &'s Value<'static>, column: Option<&ColumnDef>) -> Result {
        check_value(value, column)?;
        self.binds.push(value.reborrow());
        Ok(())
    }

    fn column(&mut self, column: &ColumnRef) {
        self.tag(Tag::Column, usize::from(column.position));
        self.table(&column.table);
    }

    /// As [`node`](Shape::node): most operands are columns and numbers, which need neither a call nor a check.
    #[inline(always)]
    fn operand(&mut self, node: &'s Node) -> Result {
        match node {
            Node::Column(column) => self.column(column),
            Node::Bind(value @ Value::Int(_)) => {
                self.tag(Tag::Bind, 0);
                self.binds.push(value.reborrow());
            }
            node => self.node(node)?,
        }
        Ok(())
    }

    fn node(&mut self, node: &'s Node) -> Result {
        match node {
            Node::Column(column) => {
                self.column(column);
                Ok(())
            }
            Node::Bind(value) => {
                self.tag(Tag::Bind, 0);
                self.value(value, None)
            }
            Node::KeyOf(target) => Err(keyless(*target)),
            Node::Assigned => Err(Error::usage("`auto()` is for a column that an INSERT gives a value, and for nothing else")),
            Node::Binary(binary) => {
                self.tag(Tag::Binary, binary.op as usize);
                self.operand(&binary.left)?;
                self.operand(&binary.right)
            }
            Node::Chain(chain) => {
                self.tag(Tag::Chain, chain.operands.len() << 1 | chain.junction as usize);
                chain.operands.iter().try_for_each(|operand| self.node(operand))
            }
            Node::TooDeep => Err(too_deep()),
            Node::Not(operand) => {
                self.tag(Tag::Not, 0);
                self.node(operand)
            }
            Node::IsNull { operand, negated, .. } => {
                self.tag(Tag::IsNull, usize::from(*negated));
                self.node(operand)
            }
            Node::In(list) => self.list(list),
            Node::Function(call) => {
                self.tag(Tag::Function, call.arguments.len());
                self.text(call.name);
                call.arguments.iter().try_for_each(|argument| self.node(argument))
            }
            Node::Exists(tree) => {
                self.tag(Tag::Exists, 0);
                self.select(tree)
            }
        }
    }

    /// A list of values is as long as the next power of two, so that few lengths have a text of their own.
    fn list(&mut self, list: &'s In) -> Result {
        let padded = padded(&list.list, self.padding);
        let tag = if padded.is_some() { Tag::InBinds } else { Tag::In };
        self.tag(tag, padded.unwrap_or(list.list.len()) << 1 | usize::from(list.negated));
        self.node(&list.operand)?;
        let mark = (self.a, self.b);
        list.list.iter().try_for_each(|node| self.node(node))?;
        if let Some(length) = padded {
            (self.a, self.b) = mark;
            let last = list.list.last().and_then(|node| if let Node::Bind(value) = node { Some(value) } else { None });
            for value in last.into_iter().cycle().take(length - list.list.len()) {
                self.binds.push(value.reborrow());
            }
        }
        Ok(())
    }
}
