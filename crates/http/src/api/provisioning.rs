//! Provisioning: watching it, and asking for it again.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use tenantry_app::{
    Actor, RequestContext, UseCaseError, provisioning::RetryProvisioning, sessions::identify_without_touch,
    users::ShowUser,
};
use tenantry_domain::{UserId, user::ProvisioningState};

use super::dto::ProvisioningBody;
use crate::{
    cookies,
    problem::Problem,
    request::{ApiActor, HttpState, Id},
};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Provision a user again
#[utoipa::path(post, path = "/users/{id}/provisioning", tag = "users", operation_id = "retryProvisioning",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 202, description = "On its way", body = ProvisioningBody)))]
pub async fn retry(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<(StatusCode, Json<ProvisioningBody>), Problem> {
    RetryProvisioning { user_id }.execute(&state.app, &actor).await?;
    Ok((StatusCode::ACCEPTED, Json(ProvisioningBody::of(ProvisioningState::Pending))))
}

/// Watch a user's provisioning
///
/// Server-sent events: `provisioning` with the state as JSON, at once and whenever it changes. The stream ends once the state
/// is settled, and when the session or the right to view the user ends.
#[utoipa::path(get, path = "/users/{id}/events", tag = "users", operation_id = "watchProvisioning",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String)))]
pub async fn watch(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let first = look(&state, &actor, user_id).await?;
    let context = actor.context().clone();
    let token = cookies::session_token(&headers).unwrap_or_default();
    let watch = Watch { state, token, context, user_id, sent: first.0.clone(), is_over: first.1 };
    let events = stream::once(async move { Ok(event(&first.0)) });
    let events = stream::StreamExt::chain(events, stream::unfold(watch, Watch::next));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The state, and whether nothing more happens by itself.
type Seen = (ProvisioningBody, bool);

async fn look(state: &HttpState, actor: &Actor, user_id: UserId) -> Result<Seen, UseCaseError> {
    let user = ShowUser { user_id }.execute(&state.app, actor).await?.user;
    let body = ProvisioningBody { state: user.provisioning.key(), error: user.provisioning_error };
    Ok((body, user.provisioning.is_settled()))
}

fn event(body: &ProvisioningBody) -> Event {
    let data = serde_json::to_string(body).unwrap_or_default();
    Event::default().event("provisioning").data(data)
}

/// One open stream.
struct Watch {
    state: HttpState,
    token: String,
    context: RequestContext,
    user_id: UserId,
    sent: ProvisioningBody,
    is_over: bool,
}

impl Watch {
    /// The next event; waits for one, or ends.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while !self.is_over {
            tokio::select! {
                () = self.state.stopping.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let (body, is_over) = self.look_again().await.ok()?;
            self.is_over = is_over;
            if body != self.sent {
                self.sent = body;
                return Some((Ok(event(&self.sent)), self));
            }
        }
        None
    }

    /// As the next request would: with the session and the rights of now.
    async fn look_again(&self) -> Result<Seen, UseCaseError> {
        let actor = identify_without_touch(&self.state.app, &self.token, self.context.clone()).await?;
        look(&self.state, &actor, self.user_id).await
    }
}
