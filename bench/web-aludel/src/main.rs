//! The server `aludel`: examples/people.rs, word for word.
//! Started as `bench-web-aludel run --port PORT` in the folder of its database.

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
