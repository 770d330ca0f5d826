//! What the console's pages show, as plain data: one struct per page, one template per struct.
//!
//! A view knows nothing of use cases. A handler fills it and renders it; everything shown is already decided:
//! an action that may not be used is a `false`, a navigation entry that may not be opened is left out.
//! Text is escaped by the templates. Addresses (`href`) are same-origin paths unless said otherwise.

mod account_form;
mod account_move;
mod account_page;
mod account_wizard;
mod accounts;
mod branding;
mod create_user;
mod created_dialog;
mod dashboard;
mod edit_user;
mod error_page;
mod field_errors;
mod frame;
mod grant_window;
mod grants_form;
mod matrix;
mod password;
mod profile;
mod remove_domain;
mod role_cards;
mod role_form;
mod roles;
mod sample_page;
mod shown;
mod sign_in;
mod support;
mod user_access;
mod user_actions;
mod user_form;
mod user_page;
mod users;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use self::{
    account_form::{AccountValues, EditAccountPage},
    account_move::{AffectedRow, Destination, MoveAccountPage, MoveOutcome},
    account_page::{AccountActions, AccountLooks, AccountNotes, AccountPage, DnsRecord, DomainRow},
    account_wizard::{AccountWizardPage, DomainField, ReviewSection, WizardStep},
    accounts::{AccountChoice, AccountRow, AccountsPage, AccountsQuery, AddLinks, RowWork},
    branding::{BrandPreview, BrandValues, BrandingPage},
    create_user::{Availability, CreateUserPage, PasswordStrength, SecurityValues},
    created_dialog::{CreatedDialog, FirstPassword},
    dashboard::{DashboardPage, RoleLine, Shortcut},
    edit_user::EditUserPage,
    error_page::{ErrorPage, ErrorText, FramedErrorPage},
    field_errors::{FieldErrorView, FieldErrorsView},
    frame::{
        ActiveAccount, Crumb, Frame, Gate, NavItem, NavPlace, Person, Support, SwitcherEntry, Theme, Toast, ToastKind,
    },
    grant_window::{GrantWindow, local_input},
    grants_form::{GrantFields, GrantKind, GrantsFormPage},
    matrix::{
        ComparedCell, FullRow, HeldCell, HeldState, TickCell, TickState, action_choices, area_choices, area_words,
        compared_rows, held_rows, tick_rows,
    },
    password::{ChangePasswordPage, LinkProblem, LinkUnusablePage, PasswordSetPage, SetPasswordPage},
    profile::{ProfilePage, SessionRow},
    remove_domain::RemoveDomainPage,
    role_cards::{Mark, MarkKind, MatrixRow, RoleCard, RoleGroup, matrix_rows},
    role_form::{RoleFormPage, RoleValues},
    roles::{
        CompareForm, Comparison, HolderRow, RoleOwner, RolePage, RoleRemoval, RoleSection, RoleSummary, RolesPage,
    },
    sample_page::SamplePage,
    shown::{
        Avatar, Choice, ChoiceGroup, DomainChip, GroupedChoice, Moment, StatusChip, Step, StepState, dialled, hue_of,
        initials_of, without_scheme,
    },
    sign_in::{EmptyDatabasePage, ForgotPasswordPage, ForgotPasswordSentPage, SignInPage},
    support::SupportPage,
    user_access::{Answer, GrantRow, Question, RemedyText, UserAccessPage, Verdict, either},
    user_actions::{ConfirmAction, ConfirmPage, ConfirmTick},
    user_form::{CompanyAddress, RegionRules, UserValues},
    user_page::{LinkForm, MailRow, ManualPasswordForm, PendingLink, PersonFacts, RemovedFacts, UserActions, UserPage},
    users::{RowActions, UserRow, UsersList, UsersPage, UsersQuery},
};
