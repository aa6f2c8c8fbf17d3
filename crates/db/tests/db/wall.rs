//! What one tenant does never reaches another, however careless the statement.

use db::{Db, Error, Location, Scope, run};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use url::Url;

use super::rig::{self, Rig};
use super::rows;

async fn count(db: &Db, scope: &Scope, table: &str) -> i64 {
    let mut tx = db.read(scope).await.unwrap();
    let text = format!("select count(*) from {table}");
    run!(tx, fetch_one, query_scalar(AssertSqlSafe(text.clone()))).unwrap()
}

#[tokio::test]
async fn a_transaction_of_one_tenant_sees_nothing_of_another_with_every_where_left_out() {
    for rig in Rig::both().await {
        let (a, b) = (rig.tenant("a").await, rig.tenant("b").await);
        for scope in [&a, &b] {
            let mut tx = rig.db.write(scope).await.unwrap();
            rows::fill(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        for table in rows::behind_the_wall() {
            assert_eq!(count(&rig.db, &a, table).await, 1, "{table} on {}", rig.db.engine());
            let mut tx = rig.db.write(&b).await.unwrap();
            let update = format!("update {table} set tenant_id = tenant_id");
            let updated = run!(tx, execute, query(AssertSqlSafe(update.clone()))).unwrap();
            assert_eq!(updated, 1, "{table} on {}", rig.db.engine());
            let delete = format!("delete from {table}");
            let deleted = run!(tx, execute, query(AssertSqlSafe(delete.clone()))).unwrap();
            assert_eq!(deleted, 1, "{table} on {}", rig.db.engine());
            tx.commit().await.unwrap();
            assert_eq!(count(&rig.db, &b, table).await, 0, "{table} on {}", rig.db.engine());
            assert_eq!(count(&rig.db, &a, table).await, 1, "{table} on {}", rig.db.engine());
        }
    }
}

#[tokio::test]
async fn without_a_scope_postgres_shows_no_row_at_all() {
    let rig = Rig::postgres().await;
    let a = rig.tenant("a").await;
    let mut tx = rig.db.write(&a).await.unwrap();
    rows::fill(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let Db::Postgres(pool) = &rig.db else { panic!("another engine") };
    // More often than there are connections: the scope does not stick to any of them.
    for table in rows::behind_the_wall().cycle().take(40) {
        let text = format!("select count(*) from {table}");
        let seen: i64 = query_scalar(AssertSqlSafe(text)).fetch_one(pool).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
}

#[tokio::test]
async fn a_row_of_another_tenant_cannot_be_written_on_postgres() {
    let rig = Rig::postgres().await;
    let (a, b) = (rig.tenant("a").await, rig.tenant("b").await);
    let mut tx = rig.db.write(&b).await.unwrap();
    rows::fill(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    for statement in [
        "insert into log_head (tenant_id) values ($1)",
        "insert into session (tenant_id, token_hash, expires_at) values ($1, 'x', now())",
        "insert into log_head (tenant_id) values ($1)
         on conflict (tenant_id) do update set event_seq = 9",
        "update log_head set tenant_id = $1",
        "update event set tenant_id = $1",
        "update project set tenant_id = $1",
    ] {
        let mut tx = rig.db.write(&b).await.unwrap();
        let done = run!(tx, execute, query(statement).bind(a.tenant().id));
        let Err(Error::Sqlx(sqlx::Error::Database(error))) = done else {
            panic!("{statement}: {done:?}");
        };
        // Insufficient privilege: the policy.
        assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
    }
    assert_eq!(count(&rig.db, &a, "event").await, 0);
}

#[tokio::test]
async fn a_tenant_without_a_file_has_no_transactions_on_sqlite() {
    let (rig, elsewhere) = (Rig::sqlite().await, Rig::sqlite().await);
    let stranger = elsewhere.tenant("a").await;
    assert!(matches!(rig.db.read(&stranger).await, Err(Error::NoSuchTenant(_))));
    assert!(matches!(rig.db.write(&stranger).await, Err(Error::NoSuchTenant(_))));
}

#[derive(Debug, sqlx::FromRow)]
struct Wall {
    table_name: String,
    has_tenant: bool,
    enabled: bool,
    forced: bool,
    policies: i64,
    leaky: i64,
}

/// A policy for every command, for every role, whose `using` compares the tenant. Without a
/// `with check` of its own PostgreSQL applies `using` to new rows too.
const WALLS: &str = "
    select c.relname::text as table_name,
           exists (select 1 from pg_attribute a
                   where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull)
               as has_tenant,
           c.relrowsecurity as enabled,
           c.relforcerowsecurity as forced,
           (select count(*) from pg_policies p
            where p.tablename = c.relname and p.cmd = 'ALL' and p.roles = '{public}'
              and p.qual like '%tenant_id = %cc.tenant%'
              and (p.with_check is null or p.with_check = p.qual)) as policies,
           (select count(*) from pg_policies p
            where p.tablename = c.relname and p.permissive = 'PERMISSIVE'
              and (p.qual is null or p.qual not like '%tenant_id = %')) as leaky
    from pg_class c
    where c.relkind in ('r', 'p', 'm', 'v') and c.relnamespace = 'public'::regnamespace
      and c.relname not in ('tenant', '_sqlx_migrations')
    order by 1";

#[tokio::test]
async fn every_table_stands_behind_the_wall() {
    let rig = Rig::postgres().await;
    let Db::Postgres(pool) = &rig.db else { panic!("another engine") };
    let walls: Vec<Wall> = query_as(WALLS).fetch_all(pool).await.unwrap();
    for wall in &walls {
        let stands = wall.has_tenant && wall.enabled && wall.forced;
        assert!(stands && wall.policies == 1 && wall.leaky == 0, "{wall:?}");
    }
    // What `rows` fills is all there is: a new table needs a row there.
    let mut filled: Vec<&str> = rows::behind_the_wall().collect();
    filled.sort_unstable();
    let names: Vec<&str> = walls.iter().map(|wall| wall.table_name.as_str()).collect();
    assert_eq!(names, filled);
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let rig = Rig::sqlite().await;
    let a = rig.tenant("a").await;
    let mut tx = rig.db.read(&a).await.unwrap();
    let text = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
                and name <> '_sqlx_migrations' order by name";
    let names = match &mut tx.engine {
        db::Engine::Sqlite(tx) => query_scalar(text).fetch_all(&mut **tx).await,
        db::Engine::Postgres(_) => panic!("another engine"),
    };
    let mut expected = rows::TABLES.to_vec();
    expected.sort_unstable();
    assert_eq!(names.unwrap() as Vec<String>, expected);
}

#[tokio::test]
async fn a_role_that_bypasses_the_wall_is_refused() {
    let admin = rig::url("TEST_ADMIN_DATABASE_URL");
    let fresh = rig::fresh_database(&admin).await;
    refused(fresh.clone(), "postgres").await;

    let mut url = Url::parse(fresh.expose_secret()).unwrap();
    let role = url.path().trim_start_matches('/').to_owned();
    let password = url.password().unwrap().to_owned();
    let create = format!("create role {role} login nosuperuser bypassrls password '{password}'");
    rig::execute(&admin, &create).await;
    url.set_username(&role).unwrap();
    refused(SecretString::from(url.to_string()), &role).await;
    // The same role behind the wall gets as far as the migrations, which it may not run here.
    rig::execute(&admin, &format!("alter role {role} nobypassrls")).await;
    let opened = Db::open(&Location::Postgres(SecretString::from(url.to_string()))).await;
    assert!(matches!(opened.err(), Some(Error::Migrate(_))));
}

async fn refused(url: SecretString, name: &str) {
    let password = Url::parse(url.expose_secret()).unwrap().password().unwrap().to_owned();
    let Err(error) = Db::open(&Location::Postgres(url)).await else { panic!("{name} may bypass") };
    assert!(matches!(&error, Error::RoleBypassesWall { role } if role == name), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(&password));
}
