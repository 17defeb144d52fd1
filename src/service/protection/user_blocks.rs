//! Auth0's own blocks after too many wrong passwords, which it calls user blocks.

use crate::auth0::user_blocks;
use crate::auth0::users;
use crate::error::{EffectState, Result, Step};
use crate::model::UserBlock;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::settlement::settle_unless_absent;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[
    Needs {
        method: "findUserBlocks",
        routes: &[&users::BY_EMAIL.route, &user_blocks::LIST.route],
    },
    Needs {
        method: "clearUserBlocks",
        routes: &[&user_blocks::LIST.route, &user_blocks::DELETE.route],
    },
];

impl Service {
    pub async fn find_user_blocks(&self, user: &UserRef, call: Call) -> Result<Vec<UserBlock>> {
        let owner = self.resolve(user, call).await?;
        self.user_blocks(user, &owner, call).await
    }

    /// Returns how many blocks there were.
    pub async fn clear_user_blocks(
        &self,
        user: &UserRef,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let run = Box::pin(self.clear_blocks(user, operation, call));
        self.audited(Action::ClearUserBlocks, user, operation, call, run)
            .await
    }

    async fn clear_blocks(&self, user: &UserRef, operation: &Operation, call: Call) -> Result<u32> {
        let owner = self.resolve_for(user, operation, call).await?;
        let blocks = self.user_blocks(user, &owner, call).await?;
        let count = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok(0);
        }
        operation.plan(Step::UserBlocks, Some(count));
        let request = user_blocks::delete_all(&owner)?;
        let outcome = self.api.change(request, operation, call).await;
        let none_left = async {
            let left = self.user_blocks(user, &owner, operation.reading(call));
            Ok(left.await?.is_empty())
        };
        let cleared = settle_unless_absent(outcome, none_left).await;
        operation.set_state(Step::UserBlocks, EffectState::of(&cleared));
        cleared.map(|_| count)
    }

    async fn user_blocks(&self, user: &UserRef, owner: &str, call: Call) -> Result<Vec<UserBlock>> {
        match self.api.send(user_blocks::list(owner)?, call).await {
            Ok(found) => Ok(found.blocked_for.into_iter().map(view).collect()),
            Err(error) => Err(self.absent_user(error, user, owner, call).await),
        }
    }
}

fn view(block: user_blocks::UserBlock) -> UserBlock {
    UserBlock {
        identifier: block.identifier,
        address: block.ip,
        connection: block.connection,
    }
}
