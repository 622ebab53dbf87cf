//! Integers that no database holds: one error each, also where the model is used.
use aludel::prelude::*;

#[derive(Model, Debug)]
struct Person {
    #[column(primary_key)]
    id: u64,
    age: u8,
    visits: Option<usize>,
    name: String,
}

table! { people { id: u64 [primary_key], age: std::primitive::u8 } }

async fn find(db: &mut Session) -> Result<usize> {
    let person = db.get::<Person>(1).await?.unwrap();
    Person::query().filter(Person::id.eq(1)).order_by(Person::age).first(&mut *db).await?;
    people::select().filter(people::id.eq(1)).all(&mut *db).await?;
    Ok(db[person].visits.unwrap_or(0))
}

fn main() {}
