//! `GET /customers/users/by-ids`, `/summary` and `/{id}/basic`.

use attesta_identity::UserCaller;
use attesta_model::{Scope, Status, User, UserId};
use attesta_store::Seed;
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn get(&self, path: &str, by: &UserCaller) -> Answer {
        self.as_user("GET", path, by, &Value::Null).await
    }
}

fn path(operation: &str, of: &[UserId]) -> String {
    let ids: Vec<_> = of.iter().map(ToString::to_string).collect();
    format!("/{operation}?ids={}", ids.join(","))
}

/// Who is in an answer.
fn ids(answer: &Answer) -> Vec<&str> {
    let users = answer.body["users"].as_array().expect("a list").iter();
    users.filter_map(|user| user["id"].as_str()).collect()
}

/// Everybody whom there is something to find out about: the owner, a colleague,
/// somebody external, a contact, one who is none, staff, and nobody.
struct Crowd {
    owner: UserId,
    mia: UserId,
    ext: UserId,
    contact: UserId,
    stranger: UserId,
    staff: UserId,
    gone: UserId,
}

impl Crowd {
    async fn of(users: &Users) -> Self {
        let other = users.world.other_organisation;
        let contact = users.somebody(other, "con", &[], &[]).await.user_id;
        let gone = users.member("gone", &[]).await.user_id;
        let kept = users.kept(gone).await;
        let seed = Seed(&users.world.store);
        seed.user(&User { status: Status::Deleted, ..kept }).await.expect("written");
        users.connect(&[contact]).await;
        Self {
            owner: users.world.user.user_id,
            mia: users.member("mia", &["member"]).await.user_id,
            ext: users.external("ext", &["user"]).await.user_id,
            contact,
            stranger: users.world.other_user.user_id,
            staff: users.world.staff.user_id,
            gone,
        }
    }

    fn all(&self) -> Vec<UserId> {
        let Self { owner, mia, ext, contact, stranger, staff, gone } = *self;
        vec![stranger, mia, contact, staff, gone, ext, owner, mia, UserId(Default::default())]
    }
}

#[tokio::test]
async fn a_member_gets_their_own_and_whom_their_organisation_knows() {
    let users = Users::start().await;
    let crowd = Crowd::of(&users).await;
    let all = crowd.all();
    let seen = [crowd.mia, crowd.contact, crowd.ext, crowd.owner].map(|id| id.to_string());
    for operation in ["by-ids", "summary"] {
        for by in [&users.world.user, &UserCaller::new(crowd.mia)] {
            let answer = users.get(&path(operation, &all), by).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(ids(&answer), seen, "{operation}");
        }
    }
    let answer = users.get(&path("by-ids", &all), &users.world.user).await;
    let [mia, contact, ..] = answer.body["users"].as_array().expect("a list").as_slice() else {
        panic!("{}", answer.body)
    };
    assert_eq!(mia["organisation"]["name"], "one");
    assert_eq!((&mia["preferences"], &mia["organisation"]["modules"]), (&json!([]), &json!([])));
    assert_eq!(contact["email"], "con@example.com");
    assert_eq!(contact["organisationName"], "two");
    for hidden in ["preferences", "settings", "pushToken"] {
        assert_eq!(contact[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(contact["organisation"]["modules"], Value::Null);
}

#[tokio::test]
async fn programs_and_staff_get_everybody_who_is_there() {
    let users = Users::start().await;
    let crowd = Crowd::of(&users).await;
    let path = path("summary", &crowd.all());
    let seen = [crowd.stranger, crowd.mia, crowd.contact, crowd.staff, crowd.ext, crowd.owner];
    let seen = seen.map(|id| id.to_string());
    let program = users.program(&[Scope::CustomersRead]).await;
    assert_eq!(ids(&users.by("GET", &path, &program, &Value::Null).await), seen);
    for by in [&users.world.staff, &users.world.read_only_staff] {
        let answer = users.get(&path, by).await;
        assert_eq!(ids(&answer), seen);
        assert_eq!(answer.body["users"][2]["settings"]["terms"], Value::Null);
        assert_eq!(answer.body["users"][2]["preferences"], json!([]));
    }
    let writes = users.program(&[Scope::CustomersWrite]).await;
    assert_eq!(users.by("GET", &path, &writes, &Value::Null).await.status, 403);
    assert_eq!(users.by("GET", &path, "", &Value::Null).await.status, 401);
}

#[tokio::test]
async fn one_to_a_hundred_are_asked_for() {
    let users = Users::start().await;
    let user = &users.world.user;
    let many = |count| path("by-ids", &vec![user.user_id; count]);
    for bad in ["/by-ids", "/by-ids?ids=", "/by-ids?ids=,", "/summary?ids=%20", &many(101)] {
        let answer = users.get(bad, user).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!("ids")), "{bad}");
    }
    assert_eq!(ids(&users.get(&many(100), user).await).len(), 1);
    let nonsense = users.get("/by-ids?ids=nonsense", user).await;
    assert_eq!((nonsense.status.as_u16(), &nonsense.body), (200, &json!({"users": []})));
}

#[tokio::test]
async fn one_user_in_short_is_found_or_not() {
    let users = Users::start().await;
    let crowd = Crowd::of(&users).await;
    let user = &users.world.user;
    let basic = |id: UserId| format!("/{id}/basic");
    for (id, status) in [
        (crowd.mia, 200),
        (crowd.contact, 200),
        (crowd.ext, 200),
        (crowd.stranger, 404),
        (crowd.staff, 404),
        (crowd.gone, 404),
    ] {
        let answer = users.get(&basic(id), user).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(users.get("/nonsense/basic", user).await.status, 404);
    let program = users.program(&[Scope::CustomersRead]).await;
    let answer = users.by("GET", &basic(crowd.stranger), &program, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["organisationName"]), (200, &json!("two")));
    // What they know of one doesn't go the other way.
    assert_eq!(users.get(&basic(crowd.mia), &users.world.other_user).await.status, 404);
}

#[tokio::test]
async fn who_belongs_nowhere_gets_but_themselves() {
    let users = Users::start().await;
    let crowd = Crowd::of(&users).await;
    let kept = users.kept(crowd.mia).await;
    let seed = Seed(&users.world.store);
    seed.user(&User { organisation_id: None, ..kept }).await.expect("written");
    let mia = UserCaller::new(crowd.mia);
    let answer = users.get(&path("by-ids", &crowd.all()), &mia).await;
    assert_eq!(ids(&answer), [crowd.mia.to_string()]);
    users.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(users.get(&path("by-ids", &crowd.all()), &users.world.user).await.status, 403);
}
