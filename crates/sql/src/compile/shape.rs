//! `Shape`: one walk over a statement that yields its cache key and its binds, and checks the values.
//! The key speaks of structure only: two statements of one key have one text.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use smallvec::SmallVec;

use crate::ast::{
    Cap, ColumnRef, Ddl, DeleteTree, InsertTree, Node, OrderBy, Output, Part, RawStatement, SelectTree, Source, Statement, UpdateTree,
};
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, TableRef};
use crate::value::Value;

use super::Dialect;

/// The bound values of a statement, in the order of their placeholders.
pub type Binds<'s> = SmallVec<[Value<'s>; 4]>;

/// The cache key and the binds of a statement.
#[derive(Debug)]
pub struct Shape<'s> {
    /// The same for all statements of one text, and for no others.
    pub key: u128,
    /// The values, in the order of the placeholders; of all rows, if the statement is repeated.
    pub binds: Binds<'s>,
    /// How often the statement is run, each time with the next part of the binds. At least once.
    pub repeat: usize,
}

impl<'s> Shape<'s> {
    /// Walks over a statement.
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) for a text that is too long for its column, or holds a NUL character;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a parameter without a value.
    pub fn of(statement: &'s Statement, dialect: &dyn Dialect) -> Result<Self> {
        let (a, b) = seeds();
        let mut walk = Walk { a, b, binds: Binds::new(), repeats: dialect.repeats_inserts(), lazy: dialect.is_lazy(), repeat: 1 };
        walk.statement(statement)?;
        Ok(Self { key: u128::from(walk.a) << 64 | u128::from(walk.b), binds: walk.binds, repeat: walk.repeat })
    }
}

/// Random, so that nobody who can choose a name can choose a key.
fn seeds() -> (u64, u64) {
    static SEEDS: OnceLock<(u64, u64)> = OnceLock::new();
    *SEEDS.get_or_init(|| (RandomState::new().build_hasher().finish(), RandomState::new().build_hasher().finish()))
}

/// Checks a text that is sent: its length in Unicode characters against that of its column, and that it holds no NUL
/// character, which no database but SQLite keeps, and SQLite's own tools cut the text at.
///
/// # Errors
/// [`ErrorKind::Data`](crate::ErrorKind::Data) naming the column.
pub fn check_text(value: &Value<'_>, column: Option<&ColumnDef>) -> Result {
    let Value::Text(text) = value else { return Ok(()) };
    if let Some(limit) = column.and_then(|column| column.length)
        && text.len() > limit as usize
    {
        check_length(text, limit, column)?;
    }
    match text.as_bytes().contains(&0) {
        false => Ok(()),
        true => Err(nul(column)),
    }
}

fn check_length(text: &str, limit: u32, column: Option<&ColumnDef>) -> Result {
    let (characters, name) = (text.chars().count(), column.map_or("", |column| &column.name));
    match characters > limit as usize {
        false => Ok(()),
        true => {
            Err(Error::data(name, format!("the text for column `{name}` has {characters} characters, more than the {limit} it can hold")))
        }
    }
}

#[cold]
fn nul(column: Option<&ColumnDef>) -> Error {
    let message = "the text holds a NUL character, which databases do not keep";
    match column {
        Some(column) => Error::data(&*column.name, format!("{message}: column `{}`", column.name)),
        None => Error::new(crate::error::ErrorKind::Data { column: None }, message),
    }
    .hint("refuse such input, or keep it as bytes")
}

/// Two lanes of folded multiplication; the words are structure, never values.
struct Walk<'s> {
    a: u64,
    b: u64,
    binds: Binds<'s>,
    repeats: bool,
    lazy: bool,
    repeat: usize,
}

/// What a word of the key stands for. Numbers are kept apart from pointers by their place in the walk.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Tag {
    Select = 1,
    Insert,
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

impl<'s> Walk<'s> {
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
    fn table(&mut self, table: &TableRef) {
        match table {
            // An address is no multiple of a tag and stands where only a table can.
            TableRef::Static(table) => self.word(std::ptr::from_ref(*table).addr() as u64 | (Tag::Table as u64) << 56),
            TableRef::Shared(table) => {
                self.tag(Tag::Named, table.columns.len());
                self.text(&table.full_name());
                table.columns.iter().for_each(|column| self.definition(column));
            }
        }
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
        if let Some(rows) = tree.cap(cap, self.lazy) {
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
                self.binds.push(value.reborrow());
            }
        }
        Ok(())
    }

    fn output(&mut self, output: &'s Output) -> Result {
        match output {
            Output::Columns(table, positions) => {
                self.tag(Tag::Columns, positions.len());
                self.table(table);
                self.positions(positions);
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
        let plain = |row: &Vec<Node>| row.iter().all(|node| matches!(node, Node::Bind(_)));
        let repeated = self.repeats && tree.rows.len() > 1 && tree.rows.iter().all(plain);
        self.repeat = if repeated { tree.rows.len() } else { 1 };
        self.tag(Tag::Insert, tree.columns.len());
        self.table(&tree.table);
        self.positions(&tree.columns);
        self.word(if repeated { 1 } else { tree.rows.len() as u64 });
        let key = (self.a, self.b);
        for (nth, row) in tree.rows.iter().enumerate() {
            for (position, node) in tree.columns.iter().zip(row) {
                self.assigned(&tree.table, *position, node)?;
            }
            // The rows of a repeated statement differ in nothing but values: the first one stands for all.
            if repeated && nth > 0 {
                (self.a, self.b) = key;
            }
        }
        if repeated {
            tree.columns.iter().for_each(|_| self.tag(Tag::Bind, 0));
        }
        self.returning(tree.returning.as_ref())
    }

    fn update(&mut self, tree: &'s UpdateTree) -> Result {
        self.tag(Tag::Update, tree.set.len());
        self.table(&tree.table);
        for assignment in &tree.set {
            self.word(u64::from(assignment.position));
            self.assigned(&tree.table, assignment.position, &assignment.value)?;
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

    fn assigned(&mut self, table: &TableRef, position: u16, node: &'s Node) -> Result {
        if let Node::Bind(value) = node {
            check_text(value, table.columns.get(usize::from(position)))?;
        }
        self.node(node)
    }

    fn raw(&mut self, raw: &'s RawStatement) -> Result {
        self.tag(Tag::Raw, raw.parts.len());
        raw.check()?;
        for part in &raw.parts {
            match part {
                Part::Text(text) => self.text(text),
                Part::Parameter(name) => {
                    self.tag(Tag::Parameter, 0);
                    self.bind(raw.bound(name)?)?;
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

    fn bind(&mut self, value: &'s Value<'static>) -> Result {
        check_text(value, None)?;
        self.binds.push(value.reborrow());
        Ok(())
    }

    fn node(&mut self, node: &'s Node) -> Result {
        match node {
            Node::Column(ColumnRef { table, position }) => {
                self.tag(Tag::Column, usize::from(*position));
                self.table(table);
                Ok(())
            }
            Node::Bind(value) => {
                self.tag(Tag::Bind, 0);
                self.bind(value)
            }
            Node::Binary(binary) => {
                self.tag(Tag::Binary, binary.0 as usize);
                self.node(&binary.1)?;
                self.node(&binary.2)
            }
            Node::Not(operand) => {
                self.tag(Tag::Not, 0);
                self.node(operand)
            }
            Node::IsNull { operand, negated } => {
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
    fn list(&mut self, list: &'s crate::ast::In) -> Result {
        let padded = super::expr::padded(&list.list);
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
