//! The tutorial application: one table, one model, one page.
//! `cargo run --example people`, then open http://127.0.0.1:5000/
use aludel::prelude::*;

#[derive(Model, Debug)]
#[table(name = "people")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 50)]
    name: String,
}

#[get("/")]
async fn index(mut db: Db) -> Result<String> {
    let person = Person::query().filter(Person::id.eq(1)).first(&mut db).await?.or_404()?;
    Ok(db[person].name.clone())
}

#[post("/people/{name}")]
async fn add(mut db: Db, name: String) -> Result<Response> {
    db.add(Person { id: auto(), name });
    db.commit().await?;
    Ok(redirect(url_for!(index)))
}

#[aludel::main]
async fn main() -> Result {
    App::new("people").database("sqlite:///database.db").models(models![Person]).routes(routes![index, add]).run().await
}

// -> `cargo run --example people` creates database.db and its table when they are missing, and serves 127.0.0.1:5000
// -> GET /            404 while there is no row 1, the name in row 1 afterwards
// -> POST /people/bob 303 to /; again: the request fails with an IntegrityError that names the unique constraint
//                     (500 in production with no detail; in debug a page with the statement, the source line and a hint),
//                     nothing is half-written, and the next request works
// -> `cargo run --example people -- routes` lists the routes; `-- browse` opens the database browser on it (it comes with the browser)
// -> URLs of SQLite follow SQLAlchemy: sqlite:///relative.db, sqlite:////absolute.db, sqlite:// in memory; sqlite:relative.db and sqlite://relative.db
//    are understood too, and a path that exists only in the other reading gets a hint
