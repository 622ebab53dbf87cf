//! The law of the session: whatever is added, changed, deleted, flushed, committed and rolled back, memory and database
//! are what a naive model says. A flush that fails has changed nothing.

use aludel::prelude::*;
use proptest::prelude::*;

use crate::library::{Author, Post};

/// One step; numbers choose among the objects that there are.
#[derive(Clone, Debug)]
enum Action {
    AddAuthor { key: Option<i64>, name: u8 },
    AddPost { author: usize, title: u8 },
    Rename { author: usize, name: u8 },
    Move { post: usize, author: usize },
    Edit { post: usize, editor: Option<usize> },
    DeleteAuthor(usize),
    DeletePost(usize),
    Flush,
    Commit,
    Rollback,
    Query,
    Nest,
    Keep(usize),
    GoBack(usize),
    Drop(usize),
}

fn action() -> impl Strategy<Value = Action> {
    let (name, any) = (0..12u8, 0..64usize);
    prop_oneof![
        4 => (prop::option::weighted(0.3, 1..40i64), name.clone()).prop_map(|(key, name)| Action::AddAuthor { key, name }),
        4 => (any.clone(), name.clone()).prop_map(|(author, title)| Action::AddPost { author, title }),
        4 => (any.clone(), name).prop_map(|(author, name)| Action::Rename { author, name }),
        3 => (any.clone(), any.clone()).prop_map(|(post, author)| Action::Move { post, author }),
        2 => (any.clone(), prop::option::of(any.clone())).prop_map(|(post, editor)| Action::Edit { post, editor }),
        1 => any.clone().prop_map(Action::DeleteAuthor),
        2 => any.clone().prop_map(Action::DeletePost),
        2 => Just(Action::Nest),
        1 => any.clone().prop_map(Action::Keep),
        1 => any.clone().prop_map(Action::GoBack),
        1 => any.prop_map(Action::Drop),
        4 => Just(Action::Flush),
        2 => Just(Action::Commit),
        1 => Just(Action::Rollback),
        2 => Just(Action::Query),
    ]
}

/// What the naive model knows of an author.
#[derive(Clone, Debug)]
struct KnownAuthor {
    obj: Obj<Author>,
    name: String,
}

/// What the naive model knows of a post: its author and editor as objects.
#[derive(Clone, Debug)]
struct KnownPost {
    obj: Obj<Post>,
    author: Obj<Author>,
    editor: Option<Obj<Author>>,
    title: String,
}

/// The objects that are there, by whatever way they came.
#[derive(Clone, Debug, Default)]
struct Known {
    authors: Vec<KnownAuthor>,
    posts: Vec<KnownPost>,
}

struct World {
    db: Session,
    now: Known,
    /// What was flushed last, and what was committed last.
    flushed: Known,
    committed: Known,
    /// The rows after the last flush.
    rows: Vec<String>,
    /// The savepoints that are open, with what was there when they were set.
    savepoints: Vec<(Savepoint, Known)>,
}

fn pick<T>(from: &[T], at: usize) -> Option<usize> {
    (!from.is_empty()).then(|| at % from.len())
}

impl World {
    async fn new() -> Self {
        let engine = Engine::new("sqlite://").unwrap();
        MetaData::of(models![Author, Post]).create_all(&engine).await.unwrap();
        let mut db = engine.session();
        db.set_autoflush(false);
        Self { db, now: Known::default(), flushed: Known::default(), committed: Known::default(), rows: Vec::new(), savepoints: Vec::new() }
    }

    async fn step(&mut self, action: Action) {
        match action {
            Action::Flush => self.write(Action::Flush).await,
            Action::Commit => self.write(Action::Commit).await,
            Action::Rollback => {
                self.db.rollback().await.unwrap();
                self.savepoints.clear();
                self.has_gone_back_to(self.committed.clone()).await;
            }
            Action::Nest => self.write(Action::Nest).await,
            Action::Keep(at) => self.keep(at).await,
            Action::GoBack(at) => {
                let Some((savepoint, then)) = self.savepoint(at) else { return };
                savepoint.rollback(&mut self.db).await.unwrap();
                self.has_gone_back_to(then).await;
            }
            Action::Drop(at) => {
                let Some((savepoint, then)) = self.savepoint(at) else { return };
                drop(savepoint);
                self.has_gone_back_to(then).await;
            }
            Action::Query => {
                Author::query().all(&mut self.db).await.unwrap();
                Post::query().all(&mut self.db).await.unwrap();
            }
            other => self.edit(other),
        }
        self.check_memory();
    }

    fn edit(&mut self, action: Action) {
        let Self { db, now, .. } = self;
        let obj = |known: &Known, at: usize| pick(&known.authors, at).map(|at| known.authors[at].obj);
        match action {
            Action::AddAuthor { key, name } => {
                let name = format!("n{name}");
                let obj = db.add(Author { id: key.unwrap_or(auto()), name: name.clone(), score: 1.0, motto: None });
                now.authors.push(KnownAuthor { obj, name });
            }
            Action::AddPost { author, title } => {
                let Some(author) = obj(now, author) else { return };
                let title = format!("t{title}");
                let obj = db.add(Post { id: auto(), author: author.into(), editor: None, title: title.clone() });
                now.posts.push(KnownPost { obj, author, editor: None, title });
            }
            Action::Rename { author, name } => {
                let Some(at) = pick(&now.authors, author) else { return };
                now.authors[at].name = format!("n{name}");
                db[now.authors[at].obj].name = now.authors[at].name.clone();
            }
            Action::Move { post, author } => {
                let (Some(at), Some(author)) = (pick(&now.posts, post), obj(now, author)) else { return };
                now.posts[at].author = author;
                db[now.posts[at].obj].author = author.into();
            }
            Action::Edit { post, editor } => {
                let Some(at) = pick(&now.posts, post) else { return };
                let editor = editor.and_then(|editor| obj(now, editor));
                now.posts[at].editor = editor;
                db[now.posts[at].obj].editor = editor.map(Into::into);
            }
            Action::DeleteAuthor(at) => {
                let Some(at) = pick(&now.authors, at) else { return };
                db.delete(now.authors.remove(at).obj);
            }
            Action::DeletePost(at) => {
                let Some(at) = pick(&now.posts, at) else { return };
                db.delete(now.posts.remove(at).obj);
            }
            _ => {}
        }
    }

    async fn write(&mut self, action: Action) {
        let commits = matches!(action, Action::Commit);
        let result = match action {
            Action::Commit => self.db.commit().await.map(|()| None),
            Action::Nest => self.db.begin_nested().await.map(Some),
            _ => self.db.flush().await.map(|()| None),
        };
        match result {
            Ok(savepoint) => {
                self.savepoints.extend(savepoint.map(|savepoint| (savepoint, self.now.clone())));
                self.flushed = self.now.clone();
                self.rows = self.rows().await;
                if commits {
                    self.savepoints.clear();
                    self.committed = self.now.clone();
                }
                self.check_rows().await;
                assert!(!commits || !self.db.has_changes());
            }
            // A name or key twice, or a post without its author.
            Err(error) => {
                assert!(error.as_integrity().is_some() || *error.kind() == ErrorKind::Usage, "{error:?}");
                assert_eq!(self.rows().await, self.rows, "a failed flush has written nothing, and undone nothing");
            }
        }
    }

    /// Takes one of the savepoints; those that were set since end with it.
    fn savepoint(&mut self, at: usize) -> Option<(Savepoint, Known)> {
        let at = pick(&self.savepoints, at)?;
        self.savepoints.truncate(at + 1);
        self.savepoints.pop()
    }

    async fn keep(&mut self, at: usize) {
        let Some(at) = pick(&self.savepoints, at) else { return };
        // Those that were set since live on, and are worth nothing any more.
        let inner = self.savepoints.split_off(at + 1);
        let Some((savepoint, then)) = self.savepoints.pop() else { return };
        match savepoint.commit(&mut self.db).await {
            Ok(()) => {
                self.flushed = self.now.clone();
                self.rows = self.rows().await;
                self.check_rows().await;
            }
            Err(error) => {
                assert!(error.as_integrity().is_some() || *error.kind() == ErrorKind::Usage, "{error:?}");
                self.has_gone_back_to(then).await;
            }
        }
        for (savepoint, _) in inner {
            let error = savepoint.rollback(&mut self.db).await.unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Usage, "{error:?}");
        }
    }

    async fn has_gone_back_to(&mut self, then: Known) {
        (self.now, self.flushed) = (then.clone(), then);
        self.rows = self.rows().await;
        self.check_rows().await;
    }

    /// The rows of both tables, as text.
    async fn rows(&mut self) -> Vec<String> {
        let sql = raw("SELECT 'a' AS kind, id, name, NULL AS author_id, NULL AS editor_id FROM authors
                       UNION ALL SELECT 'p', id, title, author_id, editor_id FROM posts ORDER BY 1, 2");
        let rows = sql.all(&mut self.db).await.unwrap();
        let text = |row: &Row| {
            let (kind, id, name) = (row.get::<String>("kind"), row.get::<i64>("id"), row.get::<String>("name"));
            format!("{kind} {id} {name} {:?} {:?}", row.get::<Option<i64>>("author_id"), row.get::<Option<i64>>("editor_id"))
        };
        rows.iter().map(text).collect()
    }

    /// The database holds what the model says.
    async fn check_rows(&mut self) {
        let (db, known) = (&self.db, &self.flushed);
        let author = |author: &KnownAuthor| format!("a {} {} None None", db[author.obj].id, author.name);
        let post = |post: &KnownPost| {
            let editor = post.editor.map(|editor| db[editor].id);
            format!("p {} {} {:?} {editor:?}", db[post.obj].id, post.title, Some(db[post.author].id))
        };
        let expected = known.authors.iter().map(author).chain(known.posts.iter().map(post));
        let (mut expected, mut rows) = (expected.collect::<Vec<_>>(), self.rows.clone());
        expected.sort();
        rows.sort();
        assert_eq!(rows, expected);
    }

    /// Memory shows what the model says, and nothing that is gone.
    fn check_memory(&self) {
        for known in &self.now.authors {
            assert_eq!(self.db[known.obj].name, known.name);
        }
        for known in &self.now.posts {
            let post = &self.db[known.obj];
            assert_eq!(post.title, known.title);
            if let Some(key) = post.author.get() {
                assert_eq!(*key, self.db[known.author].id);
            }
            assert_eq!(post.editor.is_some(), known.editor.is_some());
        }
    }
}

/// How many random lives a session has: `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_database_are_what_a_naive_model_says(actions in prop::collection::vec(action(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for action in actions {
                world.step(action).await;
            }
            world.db.discard();
        });
    }
}
